import type { CommandResult } from '../../host/index.ts'
import type { Tools } from './builder.ts'
import { cureFor, isImmutable } from './cures.ts'

/** The builder's program failed. What it printed is in the log; the message has its last line, and a cure if known. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
  /** Whether it failed because the registry lets no other image take the tag. */
  readonly immutable: boolean

  constructor(message: string, immutable = false) {
    super(message)
    this.immutable = immutable
  }
}

/** Runs a builder's program and logs what it prints, line by line. Throws a BuildError unless it succeeds. */
export async function execute(
  { run, log, signal, hidden }: Tools,
  program: string,
  args: readonly string[],
): Promise<CommandResult> {
  const shown = (text: string) => hidden.reduce((left, secret) => left.replaceAll(secret, '***'), text)
  const rest = { stdout: '', stderr: '' } // of each its own: a secret is found in a whole line alone
  const onOutput = (text: string, from: keyof typeof rest) => {
    const lines = (rest[from] + text).split(/\r\n|\r|\n/)
    rest[from] = lines.pop() ?? ''
    for (const line of lines) log.info(shown(line))
  }
  const result = await run(program, args, { signal, onOutput })
  for (const last of Object.values(rest)) if (last !== '') log.info(shown(last))
  if (result.code === 0) return result
  if (signal.aborted) throw signal.reason
  throw new BuildError(shown(failure(program, args, result)), isImmutable(end(result)))
}

/** The end of what it printed. */
function end({ stdout, stderr }: CommandResult): string {
  return (stderr.trim() || stdout.trim()).slice(-4000)
}

function failure(program: string, args: readonly string[], result: CommandResult): string {
  const { code, signal } = result
  const printed = end(result)
  const last = printed.split('\n').at(-1)?.slice(0, 500) ?? ''
  const cure = cureFor(printed)
  const ended = code === null ? `was ended by ${signal}` : `ended with ${code}`
  const command = [program, ...args.filter(word => /^[a-z]+$/.test(word)).slice(0, 2)].join(' ')
  return `${command} ${ended}${last ? `: ${last}` : ''}${cure ? `. ${cure}` : ''}`
}
