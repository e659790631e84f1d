import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { reportSchema } from '../../../steps/analyze/index.ts'
import { type Listening, listen } from '../../support/prometheus/listen.ts'
import { Screen } from '../../support/screen.ts'

// What is in dist/ is run, as a user runs it: `npm run bundle` first when the sources changed.
const bundle = (name: string) => fileURLToPath(new URL(`../../../dist/${name}.mjs`, import.meta.url))

let folder: string
let server: Listening
let asked: Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cancel-'))
  let resolve = () => {}
  asked = new Promise(done => {
    resolve = done
  })
  let count = 0
  const answer = JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [1, '0.5'] }] },
  })
  // Two answers, and then none: the run is stopped while it waits for a measurement.
  server = await listen(createServer((_request, response) => void (++count > 2 ? resolve() : response.end(answer))))
  const prometheus = { query: 'q', address: server.url }
  const metrics = [
    { name: 'm', interval: '50ms', count: 100, successCondition: 'result[0] < 1', provider: { prometheus } },
  ]
  const document = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'r' },
    spec: { metrics },
  }
  await writeFile(join(folder, 'run.yaml'), JSON.stringify(document))
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  child.stdout?.on('data', chunk => {
    printed.stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    printed.stderr += chunk
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, ...printed }
}

const written = async () => reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')))

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a run as terminate does, and the report is written',
  async signal => {
    const args = ['analyze', 'run.yaml', '--json', '--report', 'report']
    const child = spawn(process.execPath, [bundle('stovepipe'), ...args], { cwd: folder, timeout: 25_000 })
    const end = ended(child)
    await asked
    child.kill(signal)
    const { code, stdout } = await end
    expect(code).toBe(130)
    const report = reportSchema.parse(JSON.parse(stdout))
    expect(report).toMatchObject({
      result: 'cancelled',
      sentence: 'The analysis was cancelled before it came to a verdict.',
      status: { phase: 'Successful', message: 'Run Terminated' },
    })
    expect(report.metrics[0]?.measurements).toHaveLength(2)
    expect(await written()).toEqual(report)
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Cancelled')
  },
)

test('a cancelled job, which gets SIGINT and then SIGTERM, still has its summary, outputs and report', async () => {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  for (const file of Object.values(files)) await writeFile(file, '')
  const inputs = { INPUT_TEMPLATES: 'run.yaml', INPUT_REPORT: 'report' }
  const child = spawn(process.execPath, [bundle('canary-analysis')], {
    cwd: folder,
    env: { PATH: process.env.PATH, GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder, ...files, ...inputs },
    timeout: 25_000,
  })
  const end = ended(child)
  await asked
  child.kill('SIGINT')
  child.kill('SIGTERM')
  const { code, stdout } = await end
  expect(code).toBe(1)
  expect(stdout).toContain('::error::Analysis was cancelled, so nothing is known of the release')
  expect(await readFile(files.GITHUB_STEP_SUMMARY, 'utf8')).toContain('### Analysis cancelled')
  expect(await readFile(files.GITHUB_OUTPUT, 'utf8')).toMatch(/^phase<<(\S+)\nSuccessful\n/)
  expect(await written()).toMatchObject({ result: 'cancelled' })
})

test('Ctrl-C in a terminal leaves the table as it was, and the verdict below it', async () => {
  const command = `stty cols 80 rows 20; exec '${process.execPath}' '${bundle('stovepipe')}' analyze run.yaml --report report`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    timeout: 25_000,
  })
  const end = ended(child)
  await asked
  child.stdin.write('\x03')
  const { code, stdout } = await end
  expect(code).toBe(130)
  const screen = new Screen(80, 20)
  screen.write(stdout)
  const lines = screen.text().split('\n')
  expect(lines.filter(line => line.startsWith('METRIC'))).toHaveLength(1)
  const verdict = lines.indexOf('r: cancelled')
  expect(lines.slice(verdict - 2, verdict + 2)).toEqual([
    expect.stringMatching(/^METRIC +PHASE/),
    expect.stringMatching(/^m +Successful +2 of 100 +\[0\.5\]/),
    'r: cancelled',
    'The analysis was cancelled before it came to a verdict.',
  ])
  expect(await written()).toMatchObject({ result: 'cancelled' })
})
