import { createInterface } from 'node:readline'
import { ConfigurationError } from '../configuration/index.ts'

/** Puts a question on a terminal and gives the line that is typed, trimmed. */
export type Ask = (question: string) => Promise<string>

/** A stream of lines as `process.stdin` is one: it keeps the process alive only between `ref` and `unref`. */
type Typed = NodeJS.ReadableStream & { ref?(): unknown; unref?(): unknown }

/**
 * Asks on standard error, so that standard output stays for results. Lines that are typed ahead answer the questions
 * that come. The terminal stays in its own mode: Ctrl-C reaches the process, which aborts the signal, and with it the
 * question. Rejects with a ConfigurationError when the input ends (Ctrl-D).
 */
export function terminalAsk(stdin: Typed, stderr: { write(text: string): unknown }, signal: AbortSignal): Ask {
  const typed: string[] = []
  let waiting: { resolve(line: string): void; reject(reason: unknown): void } | undefined
  let state: 'unopened' | 'open' | 'ended' = 'unopened'

  function open(): void {
    state = 'open'
    const lines = createInterface({ input: stdin, terminal: false })
    lines.on('line', line => {
      if (waiting) waiting.resolve(line)
      else typed.push(line)
    })
    lines.on('close', () => {
      state = 'ended'
      waiting?.reject(ended())
    })
  }

  return async question => {
    signal.throwIfAborted()
    stderr.write(question)
    const ahead = typed.shift()
    if (ahead !== undefined) return ahead.trim()
    if (state === 'ended') throw ended()
    if (state === 'unopened') open()
    stdin.ref?.()
    const onAbort = () => waiting?.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const line = await new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject }
      })
      return line.trim()
    } finally {
      waiting = undefined
      signal.removeEventListener('abort', onAbort)
      stdin.unref?.()
    }
  }
}

function ended(): ConfigurationError {
  return new ConfigurationError({
    problem: 'the input ended before every question was answered',
    cure: 'Answer them, or say everything by flags: see --help',
  })
}
