/**
 * A terminal as far as our output uses one: text with line wrap, line breaks, cursor moves and erasing (ECMA-48). What
 * it does not know it refuses, so that nothing unexpected goes to a person's terminal.
 */
export class Screen {
  columns: number
  readonly rows: number
  #lines: string[][] = [[]]
  #row = 0
  #column = 0

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
  }

  write(text: string): void {
    for (const [token] of text.matchAll(tokens)) this.#put(token)
  }

  /** Makes the terminal narrower: lines that are too long go on in the next one, as most terminals do it. */
  narrow(columns: number): void {
    this.columns = columns
    const rows = this.#lines.map(line => Math.max(Math.ceil(line.length / columns), 1))
    this.#row = rows.slice(0, this.#row).reduce((sum, count) => sum + count, 0)
    this.#lines = this.#lines.flatMap((line, index) =>
      Array.from({ length: rows[index] ?? 1 }, (_, part) => line.slice(part * columns, (part + 1) * columns)),
    )
  }

  /** Everything there is to read, what has scrolled away included. */
  text(): string {
    return this.#lines
      .map(line => line.join('').trimEnd())
      .join('\n')
      .trimEnd()
  }

  #put(token: string): void {
    if (token.startsWith('\x1b')) this.#control(token)
    else if (token === '\r') this.#column = 0
    else if (token === '\n') this.#moveTo(this.#row + 1, 0)
    else if (token < ' ' || token === '\x7f') throw new Error(`a terminal got ${JSON.stringify(token)}`)
    else this.#print(token)
  }

  #print(character: string): void {
    if (this.#column === this.columns) this.#moveTo(this.#row + 1, 0)
    const line = this.#lines[this.#row] ?? []
    while (line.length < this.#column) line.push(' ')
    line[this.#column++] = character
  }

  #moveTo(row: number, column: number): void {
    // What has scrolled out of sight is out of reach.
    this.#row = Math.max(row, this.#lines.length - this.rows, 0)
    this.#column = column
    while (this.#lines.length <= this.#row) this.#lines.push([])
  }

  #control(sequence: string): void {
    const parameter = sequence.slice(2, -1)
    const amount = Number(parameter || 1)
    const moves: Readonly<Record<string, () => void>> = {
      A: () => this.#moveTo(this.#row - amount, this.#column),
      B: () => this.#moveTo(Math.min(this.#row + amount, this.#lines.length - 1), this.#column),
      G: () => this.#moveTo(this.#row, amount - 1),
      K: () => {
        this.#lines[this.#row] = this.#lines[this.#row]?.slice(0, parameter === '2' ? 0 : this.#column) ?? []
      },
      m: () => {}, // colours
    }
    const move = moves[sequence.at(-1) ?? '']
    if (move) move()
    else if (!harmless.test(parameter)) throw new Error(`a terminal got ${JSON.stringify(sequence)}`)
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is made of them
const tokens = /\x1b\[[?\d;]*[A-Za-z]|./gsu

/** Drawing all at once, and the cursor being seen. */
const harmless = /^\?(?:2026|25)$/
