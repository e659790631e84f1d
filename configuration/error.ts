/** Where a fault is: a file with line and column (both counted from 1), or the input or flag that brought it. */
export type Place = { file: string; line?: number; column?: number } | { input: string }

/** What is wrong, where, the value found there, and what the user can do about it. */
export type Fault = { problem: string; place?: Place; value?: unknown; cure?: string; cause?: unknown }

/**
 * A mistake of the user's, not of ours: shown without a stack trace, with its place, the bad value and the cure.
 * Values are printed as JSON and cut, so a hostile one can neither start a line nor flood the log.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(describe(fault), fault.cause === undefined ? undefined : { cause: fault.cause })
    this.fault = fault
  }
}

/** Writes a place as editors and terminals link it: `file:line:column`, or `input "name"`. */
export function formatPlace(place: Place): string {
  if ('input' in place) return `input "${place.input}"`
  return [place.file, place.line, place.column].filter(part => part !== undefined).join(':')
}

function describe({ problem, place, value, cure }: Fault): string {
  const where = place ? `${formatPlace(place)}: ` : ''
  const found = value === undefined ? '' : ` (found ${quote(value)})`
  return `${where}${problem}${found}${cure ? `. ${cure}` : ''}`
}

const longest = 200

function quote(value: unknown): string {
  const text = written(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** Aliases in aliases may make a small file a value that no text can hold. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return 'a value that is too large to show'
  }
}
