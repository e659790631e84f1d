import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { analyzeCommand } from '../../cli/analyze/index.ts'
import { run } from '../../cli/run.ts'
import { runCommand } from '../../host/index.ts'
import { snippetsOf } from '../../scripts/docs/snippets.ts'
import { VirtualClock } from './clock.ts'
import { series, startPrometheus } from './prometheus/real.ts'

/** The example of the README as it stands there: a template, a command and what it prints. */
export type Example = { path: string; template: string; words: string[]; output: string }

/** Finds the example: the block of YAML that is an AnalysisTemplate, and the next ones of `sh` and `text`. */
export async function readExample(page: URL): Promise<Example> {
  const snippets = snippetsOf(await readFile(page, 'utf8'))
  const at = snippets.findIndex(({ text }) => text.includes('kind: AnalysisTemplate'))
  const [template = '', command = '', output = ''] = snippets.slice(at, at + 3).map(({ text }) => text)
  const words = command
    .trim()
    .split(/\s+/)
    .filter(word => word !== '\\')
  return { path: /^# (\S+)/.exec(template)?.[1] ?? '', template, words, output }
}

/** The evening on which coolkit broke: requests and errors for each 15 seconds, from 9:56 on. */
const start = Date.UTC(2026, 0, 5, 10, 0, 5)
const requests = 240
const errors = [...Array.from({ length: 19 }, () => 3), 6, 9, 15, 21, 24, 27, 30, 33, 33, 33]

/** Plays the example on a clock of its own against the real Prometheus, which holds that evening. */
export async function playExample({
  path,
  template,
  words,
}: Example): Promise<{ printed: string; code: number; page: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'example-'))
  const prometheus = await startPrometheus(samples())
  try {
    await mkdir(join(cwd, dirname(path)), { recursive: true })
    await writeFile(join(cwd, path), template)
    const printed: string[] = []
    const output = { write: (text: string) => printed.push(text) }
    const args = words.slice(1).map(word => word.replace('http://127.0.0.1:9090', prometheus.url))
    const io = { stdout: output, stderr: output, env: {}, clock: new VirtualClock(start), fetch, run: runCommand }
    const code = await run(
      args,
      { analyze: async () => analyzeCommand },
      { ...io, signal: new AbortController().signal, cwd, temporary: cwd },
    )
    return { printed: printed.join(''), code, page: await readFile(join(cwd, 'report.html'), 'utf8') }
  } finally {
    await prometheus.close()
    await rm(cwd, { recursive: true, force: true })
  }
}

function samples(): string {
  const counted = (amounts: readonly number[]) => {
    let total = 0
    return amounts.map((amount, index): [number, number] => {
      total += amount
      return [start / 1000 - 245 + index * 15, total]
    })
  }
  const good = errors.map(failed => requests - failed)
  return [
    '# TYPE http_requests counter\n',
    series('http_requests_total{app="coolkit",code="200"}', counted(good)),
    series('http_requests_total{app="coolkit",code="500"}', counted(errors)),
    '# EOF\n',
  ].join('')
}
