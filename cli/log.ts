import { styleText } from 'node:util'
import { formatPlace, type Place } from '../configuration/index.ts'
import type { Log } from '../host/index.ts'
import type { Output } from './command.ts'

type Terminal = { stderr: Output; env: Readonly<Record<string, string | undefined>> }

/** A log on standard error; `debug` only when `verbose`. Text from outside cannot move the cursor or start a line. */
export function streamLog({ stderr, env }: Terminal, verbose: boolean): Log {
  const colour = inColour(stderr, env)
  const write = (line: string) => stderr.write(`${line}\n`)
  return {
    debug: line => verbose && write(colour('dim', plain(line))),
    info: line => write(plain(line)),
    warning: (line, place) => write(`${colour('yellow', 'warning:')} ${plain(placed(line, place))}`),
    error: (line, place) => write(`${colour('red', 'error:')} ${plain(placed(line, place))}`),
  }
}

const placed = (line: string, place: Place | undefined) => (place ? `${formatPlace(place)}: ${line}` : line)

/** Paints text for an output: only on a terminal, and never when NO_COLOR (no-color.org) is set. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string

export function inColour(output: Output, env: Terminal['env']): Paint {
  const painted = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  return (style, text) => (painted ? styleText(style, text, { validateStream: false }) : text)
}

/** Makes text from outside harmless on a terminal: every control character but the tab is shown as its escape. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, found =>
    found === '\n' ? '\n  ' : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
