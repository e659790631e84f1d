import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signal, startTimeOf } from './processes.ts'

const prefix = 'stovepipe-demo-'

/** Makes the folder in which one demo keeps everything, and writes down whose it is. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(folder, 'owner'), `${process.pid} ${startTimeOf(process.pid)}\n`)
  for (const name of ['logs', 'tmp']) mkdirSync(join(folder, name))
  return folder
}

/** Leaves a demo's folder to the people who want to look at it: no later demo removes it. */
export function keepFolder(folder: string): void {
  unmount(folder)
  rmSync(join(folder, 'owner'), { force: true })
}

/** The file of a demo's folder in which its processes are written down. */
export function ledgerOf(folder: string): string {
  return join(folder, 'processes')
}

/** Removes a demo's folder, first taking down what is still mounted in it. */
export function removeFolder(folder: string): void {
  unmount(folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

/**
 * Clears away what demos left behind that were killed with SIGKILL: their processes, mounts and folders. Those whose
 * demo still runs stay. Gives the folders it removed.
 */
export function removeLeftovers(): string[] {
  const left = readdirSync(tmpdir())
    .filter(name => name.startsWith(prefix))
    .map(name => join(tmpdir(), name))
    .filter(folder => lines(join(folder, 'owner')).some(owner => !livesOn(owner)))
  for (const folder of left) {
    for (const line of lines(ledgerOf(folder))) {
      // The group, because the programs inside `buildah run` outlive it.
      if (livesOn(line) || groupLivesOn(line)) signal(-Number(line.split(' ')[0]), 'SIGKILL')
    }
    removeFolder(folder)
  }
  return left
}

/** Whether the process of a line `pid starttime` still is the one that was written down. */
function livesOn(line: string): boolean {
  const [pid, start] = line.split(' ')
  return start !== undefined && startTimeOf(Number(pid)) === start
}

/** Whether the leader ended but others of its group go on; no new process can get its id until they have ended. */
function groupLivesOn(line: string): boolean {
  const pid = Number(line.split(' ')[0])
  if (!Number.isInteger(pid) || pid <= 1 || startTimeOf(pid) !== undefined) return false
  return readdirSync('/proc').some(entry => /^\d+$/.test(entry) && groupOf(Number(entry)) === pid)
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
  } catch {
    return undefined
  }
}

function unmount(folder: string): void {
  for (const mount of mountsUnder(folder)) spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' })
}

function mountsUnder(folder: string): string[] {
  return lines('/proc/self/mountinfo')
    .map(line => line.split(' ')[4] ?? '')
    .filter(mount => mount.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
