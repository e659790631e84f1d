#!/usr/bin/env node
import { tmpdir } from 'node:os'
import { runCommand, systemClock } from '../host/index.ts'
import { terminalAsk } from './ask.ts'
import { commands } from './commands.ts'
import { exitCodes } from './exit.ts'
import { run } from './run.ts'

const cancellation = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks the command to stop and to write its report; the second means it.
    if (cancellation.signal.aborted) process.exit(exitCodes.cancelled)
    cancellation.abort(new Error(`cancelled by ${signal}`))
  })
}
// `stovepipe status | head` closes the pipe early: that is no fault.
process.stdout.on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? 0 : exitCodes.fault))

process.exitCode = await run(process.argv.slice(2), commands, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  clock: systemClock,
  fetch,
  run: runCommand,
  signal: cancellation.signal,
  cwd: process.cwd(),
  temporary: tmpdir(),
  ...(process.stdin.isTTY &&
    process.stderr.isTTY && { ask: terminalAsk(process.stdin, process.stderr, cancellation.signal) }),
})
