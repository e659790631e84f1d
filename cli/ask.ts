import { createInterface } from 'node:readline/promises'

/** Puts a question on a terminal and gives the line that is typed, trimmed. */
export type Ask = (question: string) => Promise<string>

/**
 * Asks on standard error, so that standard output stays for results. The terminal stays in its own mode: Ctrl-C reaches
 * the process, which aborts the signal, and with it the question.
 */
export function terminalAsk({ stdin, stderr }: Pick<NodeJS.Process, 'stdin' | 'stderr'>, signal: AbortSignal): Ask {
  return async question => {
    const lines = createInterface({ input: stdin, output: stderr, terminal: false })
    try {
      return (await lines.question(question, { signal })).trim()
    } finally {
      lines.close()
    }
  }
}
