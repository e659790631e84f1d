import { type ChildProcess, spawn } from 'node:child_process'

/** What a program answered. `code` is null when a signal ended it. */
export type CommandResult = { code: number | null; signal: string | null; stdout: string; stderr: string }

export type CommandOptions = {
  cwd?: string
  /** The whole environment of the program; the caller's own when left out. */
  env?: Readonly<Record<string, string | undefined>>
  /** Text for its standard input, which is empty otherwise. */
  input?: string | Buffer
  /** Ends the program and all that it started: SIGTERM, and SIGKILL five seconds later. */
  signal?: AbortSignal
  /** Milliseconds after which it is ended in the same way; no limit when left out. */
  timeout?: number
  /** Called with what it prints, as it prints it: whole characters, and of which of the two. */
  onOutput?: (text: string, from: 'stdout' | 'stderr') => void
}

/** Runs a program and gathers what it prints. Arguments are passed as they are: there is no shell. */
export type RunCommand = (program: string, args: readonly string[], options?: CommandOptions) => Promise<CommandResult>

/** The program could not be started at all, for example because it is not installed. */
export class CommandNotFoundError extends Error {
  override readonly name = 'CommandNotFoundError'
}

/** Runs programs on this machine. Rejects only when the program cannot be started; a non-zero code is an answer. */
export const runCommand: RunCommand = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const { cwd, env, input, signal, timeout, onOutput } = options
    // A group of its own, so that what it started ends with it: Git's HTTP helper would otherwise hold the pipes open.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const stopWaiting = endWhenAsked(child, signal, timeout)
    const printed = { stdout: '', stderr: '' }
    for (const from of ['stdout', 'stderr'] as const) {
      child[from].setEncoding('utf8').on('data', (text: string) => {
        printed[from] += text
        onOutput?.(text, from)
      })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      stopWaiting()
      if (error.code === 'ENOENT') reject(new CommandNotFoundError(`${program}: not found`, { cause: error }))
      else reject(error)
    })
    child.on('close', (code, ended) => {
      stopWaiting()
      resolve({ code, signal: ended, ...printed })
    })
    child.stdin.on('error', () => {}) // a program may end without reading its input
    child.stdin.end(input ?? '')
  })

/** Milliseconds that a program has between SIGTERM and SIGKILL. */
const grace = 5000

/** Ends the child's group when the signal is aborted or the time is over. Gives what calls that off. */
function endWhenAsked(child: ChildProcess, signal: AbortSignal | undefined, timeout: number | undefined): () => void {
  let kill: NodeJS.Timeout | undefined
  const end = () => {
    sendToGroup(child, 'SIGTERM')
    kill ??= setTimeout(() => sendToGroup(child, 'SIGKILL'), grace)
  }
  running.add(child)
  if (running.size === 1) process.once('exit', endAll)
  const late = timeout === undefined ? undefined : setTimeout(end, timeout)
  if (signal?.aborted) end()
  else signal?.addEventListener('abort', end, { once: true })
  return () => {
    clearTimeout(late)
    clearTimeout(kill)
    signal?.removeEventListener('abort', end)
    running.delete(child)
    if (running.size === 0) process.off('exit', endAll)
  }
}

/** Groups of their own do not hear a terminal's Ctrl-C: they end with this process instead. */
const running = new Set<ChildProcess>()

function endAll(): void {
  for (const child of running) sendToGroup(child, 'SIGTERM')
}

function sendToGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal) // the group is gone already, or the system knows no groups
  }
}
