import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunCommand, runCommand } from '../../host/index.ts'

export type StartOptions = {
  /** The file that gets what it prints. */
  log: string
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
  /** Which process gets the signals: the one started, or its innermost child (see `innermost`). */
  signalled?: 'started' | 'innermost'
}

/** A program that runs until it is stopped. */
export type Running = {
  name: string
  pid: number
  /** Resolves when it ended, however that was. */
  ended: Promise<void>
  hasEnded(): boolean
  /** Asks it to end with SIGTERM, and after `grace` ms ends its whole process group. */
  stop(grace?: number): Promise<void>
}

/**
 * Everything the demo runs. Each program gets a process group of its own, so that Ctrl-C in a terminal reaches the demo
 * alone and it can end them in order; each is written down with its start time, so that the next demo can end what one
 * that was killed left behind.
 */
export class Processes {
  readonly #ledger: string
  readonly #running = new Set<Running>()
  readonly #commands = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  /** `ledger` is the file they are written down in. */
  constructor(ledger: string) {
    this.#ledger = ledger
  }

  start(name: string, program: string, args: readonly string[], options: StartOptions): Running {
    this.#closing.signal.throwIfAborted()
    const log = openSync(options.log, 'a')
    const { cwd, env } = options
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    return this.adopt(name, child, options.signalled)
  }

  /** Runs a program to its end; one that is under way when everything is stopped gets SIGTERM. */
  readonly run: RunCommand = async (program, args, options) => {
    this.#closing.signal.throwIfAborted()
    const command = runCommand(program, args, { ...options, signal: this.#closing.signal })
    this.#commands.add(command)
    return command.finally(() => this.#commands.delete(command))
  }

  /** Takes charge of a child that was spawned with `detached: true`. */
  adopt(name: string, child: ChildProcess, signalled: 'started' | 'innermost' = 'started'): Running {
    const { pid } = child
    if (pid === undefined) {
      child.on('error', () => {})
      throw new Error(`${name} could not be started: ${child.spawnfile}`)
    }
    appendFileSync(this.#ledger, `${pid} ${startTimeOf(pid) ?? '0'}\n`)
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    const ended = hasEnded() ? Promise.resolve() : once(child, 'exit').then(() => {})
    const running: Running = {
      name,
      pid,
      ended,
      hasEnded,
      stop: async (grace = 5000) => {
        if (!hasEnded()) {
          signal(signalled === 'innermost' ? innermost(pid) : pid, 'SIGTERM')
          const late = new AbortController()
          await Promise.race([ended, sleep(grace, undefined, { signal: late.signal }).catch(() => {})])
          late.abort()
          if (!hasEnded()) signal(-pid, 'SIGKILL')
          await ended
        }
        this.#running.delete(running)
      },
    }
    this.#running.add(running)
    ended.then(() => this.#running.delete(running))
    return running
  }

  /** Stops all that still runs, and lets nothing new start. */
  async stopAll(): Promise<void> {
    this.#closing.abort(new Error('the demo is ending'))
    await Promise.allSettled([...this.#running].map(running => running.stop()))
    await Promise.allSettled(this.#commands)
  }
}

/**
 * The innermost child of a process. `buildah run` does not pass signals on: SIGTERM to it kills the program inside,
 * which then loses the requests it was answering.
 */
export function innermost(pid: number): number {
  const [child] = childrenOf(pid)
  return child === undefined ? pid : innermost(child)
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return [] // it ended meanwhile
  }
}

/** When a process started, in clock ticks since boot: with its id, this names one process for ever. See proc(5). */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : fields[18]
  } catch {
    return undefined
  }
}

/** Sends a signal to a process, or to the group `-pid`; one that has ended already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
