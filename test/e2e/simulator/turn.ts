import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exists } from './alive.ts'

/**
 * Runs `work` when nobody else who takes turns at `file` is at it, in this process or another: two builds at once share
 * neither the cores nor what they compile. The turn of a process that ended without giving it back is taken over.
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) await sleep(500)
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  const owner = ownerOf(file)
  if (owner !== undefined && exists(owner)) return false
  const ours = `${file}.${process.pid}`
  try {
    if (owner !== undefined) {
      renameSync(file, ours) // of two who find it stale, only one takes it away
      if (ownerOf(ours) !== owner) {
        linkSync(ours, file) // and the other must not take the new one
        return false
      }
    }
    writeFileSync(ours, String(process.pid))
    linkSync(ours, file) // never seen without its content
    return true
  } catch {
    return false
  } finally {
    rmSync(ours, { force: true })
  }
}

function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
