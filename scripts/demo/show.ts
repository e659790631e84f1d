import type { PinChange } from './timeline.ts'

/** Where the demo says what happens, as it happens. */
export type Show = {
  /** A line of its own, with the time since the start. */
  line(text: string): void
  /** What a program printed, set back and named. */
  quote(name: string, text: string): void
  heading(text: string): void
  /** Says nothing more: what fails while the demo is being ended is of no interest. */
  silence(): void
}

/** Writes to standard output; colours only on a terminal. `started` is milliseconds since the epoch. */
export function terminalShow(started: number, output: NodeJS.WriteStream): Show {
  const paint = (code: number, text: string) => (output.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)
  let silent = false
  const print = (text: string) => silent || output.write(`${text}\n`)
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`
  return {
    line: text => print(`${paint(2, seconds())}  ${text}`),
    quote: (name, text) => print(`${' '.repeat(10)}${paint(2, `${name} │ ${readable(text)}`)}`),
    heading: text => print(`\n${paint(2, seconds())}  ${paint(1, text)}`),
    silence: () => {
      silent = true
    },
  }
}

/** A line meant for GitHub's log, without the workflow command that it starts with; control characters are shown. */
function readable(text: string): string {
  const plain = text.replace(/^::(\w+)[^:]*::/, '$1: ').replaceAll('%0A', ' ')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return plain.replace(/\u001b\[[0-9;]*m/g, '').replace(/[\u0000-\u001f]/g, ' ')
}

/** Says in a sentence what changed in Git. */
export function describePin({ cluster, tag, subject }: PinChange): string {
  return `Git pins ${cluster} to ${tag} (${subject})`
}
