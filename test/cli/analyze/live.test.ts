import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { analyzeCommand } from '../../../cli/analyze/index.ts'
import { type Row, renderTable } from '../../../cli/analyze/table.ts'
import { width } from '../../../cli/columns.ts'
import { startLive } from '../../../cli/live.ts'
import { run } from '../../../cli/run.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type Script, startScripted } from '../../support/prometheus/scripted.ts'
import { Screen } from '../../support/screen.ts'
import { terminal } from '../terminal.ts'

let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'live-'))
})

afterAll(() => rm(cwd, { recursive: true, force: true }))

async function writeRun(address: string, interval: string, names: readonly string[]): Promise<void> {
  const metrics = names.map((name, index) => ({
    ...{ name, interval, count: 3, failureLimit: 1, successCondition: 'result[0] < 1' },
    provider: { prometheus: { query: `q${index}`, address } },
  }))
  const document = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'r' },
    spec: { metrics },
  }
  await writeFile(join(cwd, 'run.yaml'), JSON.stringify(document))
}

/** Plays a run in a terminal of this size, on a clock of its own; gives what the terminal shows in the end. */
async function watch(script: Script, names: readonly string[], columns = 100, env: Record<string, string> = {}) {
  const server = await startScripted(script)
  await writeRun(server.url, '30s', names)
  const screen = new Screen(columns, 24)
  const frames: string[] = []
  const stderr = {
    ...{ isTTY: true, columns, rows: 24 },
    write(text: string) {
      screen.write(text)
      frames.push(screen.text())
    },
  }
  const io = { ...terminal({ clock: new VirtualClock(), cwd, env }), stderr }
  const code = await run(['analyze', 'run.yaml'], { analyze: async () => analyzeCommand }, io)
  await server.close()
  return { code, shown: screen.text(), frames, printed: io.printed() }
}

test('a terminal shows a line a measurement, and below them one table that ends as the run did', async () => {
  const { code, shown, frames } = await watch(
    { q0: [{ v: [0.1] }, { v: [0.2] }, { v: [0.3] }], q1: [{ v: [0.5] }, { v: [2] }, { v: [3] }] },
    ['errors', 'latency'],
  )
  expect(code).toBe(3)
  // While Prometheus answers, this clock runs faster than a real one: how many seconds are left is not for sure.
  const counting = frames.map(frame => frame.replace(/ (?:\d+s|now)$/gm, ' …'))
  expect(counting.filter(frame => frame.includes('latency  Running')).slice(0, 1)).toEqual([
    [
      'errors: Successful [0.1] (1 of 3, next in 30s)',
      'latency: Successful [0.5] (1 of 3, next in 30s)',
      'METRIC   PHASE    MEASURED  LAST   TREND  LIMITS       NEXT',
      'errors   Running  1 of 3    [0.1]  ▁      failure 0/1  …',
      'latency  Running  1 of 3    [0.5]  ▁      failure 0/1  …',
    ].join('\n'),
  ])
  expect(shown).toBe(
    [
      'errors: Successful [0.1] (1 of 3, next in 30s)',
      'latency: Successful [0.5] (1 of 3, next in 30s)',
      'errors: Successful [0.2] (2 of 3, next in 30s)',
      'latency: Failed [2] (2 of 3, failureLimit 1 of 1, next in 30s)',
      'errors: Successful [0.3] (3 of 3, ends Successful)',
      'latency: Failed [3] (3 of 3, failureLimit 2 of 1, ends Failed)',
      'METRIC   PHASE       MEASURED  LAST   TREND  LIMITS        NEXT',
      'errors   Successful  3 of 3    [0.3]  ▁▅█    failure 0/1',
      'latency  Failed      3 of 3    [3]    ▁▅█    failure 2/1!',
    ].join('\n'),
  )
})

test.each([40, 60, 100])('in %d columns no line of the table wraps, whatever names and values are', async columns => {
  const name = '\u001b[2Jhostile\u202e\r\nname-長い名前-that-does-not-end'
  const { shown } = await watch({ q0: [{ v: [1e300, 2, 3, 4, 5, 6] }] }, [name, 'plain'], columns)
  const table = shown.slice(shown.indexOf('METRIC')).split('\n')
  expect(table).toHaveLength(3)
  for (const line of table) expect(width(line)).toBeLessThan(columns)
  expect(shown).not.toContain('\u202e')
})

test.each<[string, Record<string, string>]>([
  ['in CI', { CI: 'true' }],
  ['in a terminal that cannot move its cursor', { TERM: 'dumb' }],
])('%s there are lines only', async (_where, env) => {
  const { shown } = await watch({ q0: [{ v: [0.1] }] }, ['m'], 100, env)
  expect(shown.split('\n')).toHaveLength(3)
  expect(shown).not.toContain('METRIC')
})

test('a terminal that becomes narrower holds the table once', async () => {
  const screen = new Screen(90, 24)
  const output = { isTTY: true, columns: 90, rows: 24, write: (text: string) => screen.write(text) }
  const live = await startLive(output)
  live.draw(['x'.repeat(85), 'y'.repeat(85)])
  output.columns = 40
  screen.narrow(40)
  live.write('a line\n')
  live.draw(['x'.repeat(39), 'y'.repeat(39)])
  live.done()
  expect(screen.text()).toBe(['a line', 'x'.repeat(39), 'y'.repeat(39)].join('\n'))
})

const row = (index: number, phase = 'Successful'): Row => ({
  ...{ name: `m${index}`, dryRun: false, phase, measured: 1, count: 2, last: '[1]', values: [1], limits: [] },
  next: undefined,
})

test('a terminal with too few rows shows what went wrong first, and how many more there are', () => {
  const rows = Array.from({ length: 50 }, (_, index) => row(index, index === 42 ? 'Failed' : 'Successful'))
  const lines = renderTable(rows, 0, { columns: 80, rows: 10 }, (_style, text) => text)
  expect(lines).toHaveLength(9)
  expect(lines[1]).toMatch(/^m42 +Failed/)
  expect(lines.at(-1)).toBe('and 43 more')
})

test.each(Array.from({ length: 30 }, (_, index) => index + 1))('in %d columns every line fits', columns => {
  const wide: Row = { ...row(1), name: '長'.repeat(50), last: 'e\u0301'.repeat(90), dryRun: true, next: 5000 }
  const lines = renderTable([wide], 0, { columns, rows: 24 }, (_style, text) => text)
  for (const line of lines) expect(width(line)).toBeLessThan(Math.max(columns, 2))
})

test('a real terminal: the table stands below the lines, once, and the verdict below it', async () => {
  const server = await startScripted({ q0: [{ v: [0.1] }] })
  await writeRun(server.url, '200ms', ['errors'])
  const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))
  const command = `stty cols 70 rows 20; exec '${process.execPath}' '${main}' analyze run.yaml`
  // util-linux gives the program a terminal, and we read what it writes to it.
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    timeout: 25_000,
  })
  const screen = new Screen(70, 20)
  child.stdout.on('data', chunk => screen.write(String(chunk)))
  const code = await new Promise(resolve => child.once('close', resolve))
  await server.close()
  expect(code).toBe(0)
  const lines = screen.text().split('\n')
  expect(lines.filter(line => line.startsWith('METRIC'))).toHaveLength(1)
  expect(lines.slice(0, 6)).toEqual([
    expect.stringMatching(/^errors: Successful \[0\.1\] \(1 of 3, next in /),
    expect.stringMatching(/^errors: Successful \[0\.1\] \(2 of 3, next in /),
    'errors: Successful [0.1] (3 of 3, ends Successful)',
    expect.stringMatching(/^METRIC +PHASE +MEASURED/),
    expect.stringMatching(/^errors +Successful +3 of 3 +\[0\.1\]/),
    'r: successful',
  ])
})
