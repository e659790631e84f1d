import { tmpdir } from 'node:os'
import type { Io } from '../../cli/command.ts'
import { runCommand, systemClock } from '../../host/index.ts'

/** The outside world for a command under test, whose output can be read. */
export function terminal(settings: Partial<Io> & { isTTY?: boolean } = {}): Io & {
  printed(): string
  logged(): string
} {
  const stdout: string[] = []
  const stderr: string[] = []
  const { isTTY = false, ...io } = settings
  return {
    stdout: { write: text => stdout.push(text), isTTY },
    stderr: { write: text => stderr.push(text), isTTY },
    env: {},
    clock: systemClock,
    fetch,
    run: runCommand,
    signal: new AbortController().signal,
    cwd: '.',
    temporary: tmpdir(),
    ...io,
    printed: () => stdout.join(''),
    logged: () => stderr.join(''),
  }
}
