import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const watched = new Set<string>()
let reaper: ChildProcess | undefined

/**
 * Has the process group `pid` ended should this process end first, in whatever way. Jest gives tests a `process` whose
 * exit and signal events never come, so another process has to do it: see `reaper.ts`.
 */
export function watchGroup(pid: number): () => void {
  return tell(`watch ${pid}`, `forget ${pid}`)
}

/** The same for a folder, which is removed. */
export function watchFolder(folder: string): () => void {
  return tell(`keep ${folder}`, `drop ${folder}`)
}

function tell(line: string, undo: string): () => void {
  reaper ??= start()
  watched.add(line)
  reaper.stdin?.write(`${line}\n`)
  return () => {
    if (!watched.delete(line)) return
    reaper?.stdin?.write(`${undo}\n`)
    if (watched.size > 0) return
    reaper?.stdin?.end()
    reaper = undefined
  }
}

function start(): ChildProcess {
  const file = fileURLToPath(new URL('reaper.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  child.stdin?.on('error', () => {})
  return child
}
