import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { types } from 'node:util'
import { watchGroup } from './watch.ts'

export type ProcessOptions = {
  name: string
  program: string
  args: readonly string[]
  /** The file that gets what it prints. */
  log: string
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
  /** Whether it is ready to be used; asked again and again, an exception means no. */
  ready: () => Promise<boolean>
  /** Milliseconds until it must be ready. */
  timeout?: number
  /** Called with its id as soon as it has one; the process then outlives this one. Otherwise it is ended with it. */
  stays?: (pid: number) => void
}

/** A program that runs, in a process group of its own. */
export type Running = { name: string; pid: number; log: string; hasEnded(): boolean; stop(): Promise<void> }

/** Starts a program and resolves when it is ready. One that ends or takes too long is an error with its last lines. */
export async function startProcess(options: ProcessOptions): Promise<Running> {
  const { name, program, args, env, cwd, log, ready, timeout = 120_000, stays } = options
  const output = openSync(log, 'a')
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  const { pid } = child
  if (pid === undefined) {
    const [error] = await once(child, 'error')
    throw new Error(`${name} could not be started`, { cause: error })
  }
  if (stays) child.unref()
  const forget = stays ? undefined : watchGroup(pid)
  stays?.(pid)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const ended = once(child, 'exit').then(() => forget?.())
  const stop = async () => {
    await end(pid, ended, hasEnded)
  }

  const until = Date.now() + timeout
  // One that has ended is not ready, though another may answer at its address.
  while (!(await ready().catch(() => false)) || hasEnded()) {
    const fault = hasEnded() ? 'ended' : Date.now() > until ? `was not ready within ${timeout / 1000} s` : undefined
    if (fault !== undefined) {
      await stop()
      throw new Error(`${name} ${fault}; its last lines in ${log}:\n${lastLines(log)}`)
    }
    await sleep(100)
  }
  return { name, pid, log, hasEnded, stop }
}

/** SIGTERM to the group, and SIGKILL ten seconds later. */
async function end(pid: number, ended: Promise<void>, hasEnded: () => boolean): Promise<void> {
  if (!hasEnded()) {
    signalGroup(pid, 'SIGTERM')
    const late = new AbortController()
    await Promise.race([ended, sleep(10_000, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
  }
  signalGroup(pid, 'SIGKILL') // what it started and left behind
  await ended
}

/** A group that has ended already is no error. Node's own errors are no instances of the Error that jest gives to tests. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(types.isNativeError(error) && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function lastLines(file: string, count = 20): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}
