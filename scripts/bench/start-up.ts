import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { load } from 'js-yaml'
import { type Finding, median } from './goal.ts'

/** What is started: a file of ours with the environment and arguments it gets in real life. */
type Start = { name: string; file: string; args: readonly string[]; env: Readonly<Record<string, string>> }

const rounds = 21
const slowest = 1.5
/** Bytes, all bundles and chunks together. */
const largest = 2_500_000

/**
 * Measures how long each bundle takes from start to its first byte of output, as a ratio to a script that only writes
 * one line. Runs are interleaved, so that a busy moment hits all alike, and the median counts; the first round only
 * warms the disk cache.
 */
export async function measureStartUp(root: string, temporary: string): Promise<Finding[]> {
  const empty = join(temporary, 'empty.mjs')
  await writeFile(empty, "process.stdout.write('\\n')\n")
  const starts = [{ name: 'empty script', file: empty, args: [], env: {} }, ...(await bundles(root))]
  const times = starts.map((): number[] => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, start] of starts.entries()) {
      const ms = await timeToFirstByte(start, temporary)
      if (round > 0) times[index]?.push(ms)
    }
  }
  const [bare = Number.NaN, ...ours] = times.map(median)
  return [
    { what: 'start of an empty Node script', result: `${bare.toFixed(0)} ms` },
    ...ours.map((ms, index): Finding => {
      const ratio = ms / bare
      const start = starts[index + 1]
      const what = `start of ${start?.name}, to its first byte`
      const result = `${ratio.toFixed(2)} times that (${ms.toFixed(0)} ms)`
      // The command line's help lists every command, so it loads them all: told, but no goal.
      return start?.name === 'stovepipe'
        ? { what, result }
        : { what, result, goal: `at most ${slowest}`, met: ratio <= slowest }
    }),
    await measureSize(root),
  ]
}

async function measureSize(root: string): Promise<Finding> {
  let bytes = 0
  for await (const file of glob('dist/**/*.mjs', { cwd: root })) bytes += (await stat(join(root, file))).size
  return {
    what: 'all bundles and chunks together',
    result: `${(bytes / 1e6).toFixed(2)} MB`,
    goal: `at most ${largest / 1e6} MB`,
    met: bytes > 0 && bytes <= largest,
  }
}

/** Every bundle in `dist/`: an action with the inputs the runner gives it when the workflow gives none. */
async function bundles(root: string): Promise<Start[]> {
  const starts: Start[] = []
  for await (const file of glob('dist/*.mjs', { cwd: root })) {
    const name = basename(file, '.mjs')
    const action = await readFile(join(root, 'actions', name, 'action.yml'), 'utf8').catch(() => undefined)
    const env = action === undefined ? {} : inputsOf(action)
    starts.push({ name, file: join(root, file), args: action === undefined ? ['--help'] : [], env })
  }
  if (starts.length === 0) throw new Error('dist/ holds no bundle: run `npm run bundle` first')
  return starts.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function inputsOf(action: string): Record<string, string> {
  const { inputs } = Object(load(action))
  return Object.fromEntries(
    Object.entries(Object(inputs)).map(([name, input]) => {
      const text = String(Object(input).default ?? '')
      return [`INPUT_${name.toUpperCase()}`, /github\.token/.test(text) ? 'ghs_0123456789abcdef' : text]
    }),
  )
}

/** Milliseconds from the start of the process to the first byte it writes; it is ended then. */
async function timeToFirstByte({ file, args, env }: Start, cwd: string): Promise<number> {
  const before = performance.now()
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, RUNNER_TEMP: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  })
  const first = new Promise<number>(resolve => {
    for (const stream of [child.stdout, child.stderr]) stream.once('data', () => resolve(performance.now() - before))
  })
  const ended = once(child, 'close').then(() => Number.NaN)
  const ms = await Promise.race([first, ended])
  child.kill('SIGKILL')
  await ended
  if (Number.isNaN(ms)) throw new Error(`${file} ended without a word`)
  return ms
}
