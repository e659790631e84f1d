import type { CommandResult } from '../../host/index.ts'
import type { Tools } from './builder.ts'

/** The builder's program failed. What it printed is in the log; the message has its last line, and a cure if known. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/** Runs a builder's program and logs what it prints, line by line. Throws a BuildError unless it succeeds. */
export async function execute(
  { run, log, signal }: Tools,
  program: string,
  args: readonly string[],
): Promise<CommandResult> {
  let rest = ''
  const onOutput = (text: string) => {
    const lines = (rest + text).split(/\r\n|\r|\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) log.info(line)
  }
  const result = await run(program, args, { signal, onOutput })
  if (rest !== '') log.info(rest)
  if (result.code === 0) return result
  if (signal.aborted) throw signal.reason
  throw new BuildError(failure(program, args, result))
}

/** What builders print when the fault is none of the Dockerfile's, and what to do about it. */
const cures: readonly [pattern: RegExp, cure: string][] = [
  [
    /unauthorized|authentication required|no basic auth credentials|access denied|denied:/i,
    'Log in to the registry before this step (docker/login-action), with the right to push; on ghcr.io the job needs `packages: write`',
  ],
  [
    /toomanyrequests|429 too many/i,
    'The registry limits requests: wait and run this again, or log in to raise the limit',
  ],
  [/cannot connect to the docker daemon/i, 'Start Docker, or name another `builder`'],
  [/x509|certificate/i, 'The certificate of a registry is not trusted: install its authority on this machine'],
  [
    /connection refused|no such host|i\/o timeout|network is unreachable/i,
    'A registry cannot be reached: check its name and the network',
  ],
  [/no space left on device/i, 'Free some disk space on this machine'],
]

function failure(program: string, args: readonly string[], { code, signal, stdout, stderr }: CommandResult): string {
  const printed = stderr.trim() || stdout.trim()
  const last = printed.split('\n').at(-1)?.slice(0, 500) ?? ''
  const cure = cures.find(([pattern]) => pattern.test(printed.slice(-4000)))?.[1]
  const ended = code === null ? `was ended by ${signal}` : `ended with ${code}`
  const command = [program, ...args.filter(word => /^[a-z]+$/.test(word)).slice(0, 2)].join(' ')
  return `${command} ${ended}${last ? `: ${last}` : ''}${cure ? `. ${cure}` : ''}`
}
