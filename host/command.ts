import { spawn } from 'node:child_process'

/** What a program answered. `code` is null when a signal ended it. */
export type CommandResult = { code: number | null; signal: string | null; stdout: string; stderr: string }

export type CommandOptions = {
  cwd?: string
  /** The whole environment of the program; the caller's own when left out. */
  env?: Readonly<Record<string, string | undefined>>
  /** Text for its standard input, which is empty otherwise. */
  input?: string | Buffer
  /** Ends the program with SIGTERM. */
  signal?: AbortSignal
  /** Milliseconds after which it is ended with SIGTERM; no limit when left out. */
  timeout?: number
  /** Called with what it prints, as it prints it. */
  onOutput?: (text: string) => void
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
    const child = spawn(program, args, { cwd, env, signal, timeout, stdio: ['pipe', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk)
      onOutput?.(chunk.toString())
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr.push(chunk)
      onOutput?.(chunk.toString())
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') reject(new CommandNotFoundError(`${program}: not found`, { cause: error }))
      else if (error.name !== 'AbortError') reject(error)
    })
    child.on('close', (code, ended) =>
      resolve({
        code,
        signal: ended,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
    child.stdin.on('error', () => {}) // a program may end without reading its input
    child.stdin.end(input ?? '')
  })
