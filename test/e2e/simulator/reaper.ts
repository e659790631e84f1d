// The last to leave: a process of its own that hears on standard input what runs and ends it when that input closes,
// which it does however the tests ended, SIGKILL included. Each line is `watch PID`, `forget PID`, `keep FOLDER` (a
// folder to remove) or `drop FOLDER`.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const groups = new Set<number>()
const folders = new Set<string>()

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {}) // not before the others

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, subject = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
  if (verb === 'watch') groups.add(Number(subject))
  if (verb === 'forget') groups.delete(Number(subject))
  if (verb === 'keep') folders.add(subject)
  if (verb === 'drop') folders.delete(subject)
}

for (const group of groups) send(group, 'SIGTERM')
for (let waited = 0; waited < 5000 && [...groups].some(group => send(group, 0)); waited += 100) await sleep(100)
for (const group of groups) send(group, 'SIGKILL')
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })

/** Whether the process group was there to get it. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}
