import { Writable } from 'node:stream'
import { width } from './columns.ts'
import type { Output } from './command.ts'

/** Lines at the end of a terminal that are drawn again and again, while others are written above them. */
export interface Live {
  /** Draws these lines in the place of those before; none may be wider than the terminal. */
  draw(lines: readonly string[]): void
  /** Writes text that stays, above what is drawn. */
  write(text: string): void
  /** Leaves what was drawn last. */
  done(): void
}

/** Whether lines can be drawn again: only where a person looks at a terminal that can move its cursor. */
export function canRedraw(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && env.TERM !== 'dumb' && !env.CI
}

/** Makes a live output with log-update, which is loaded now. */
export async function startLive(output: Output): Promise<Live> {
  const { createLogUpdate } = await import('log-update')
  // A visible cursor needs no restoring, however the process ends.
  const update = createLogUpdate(streamOf(output), { showCursor: true })
  let drawn: readonly string[] = []
  let columns = output.columns ?? 0

  /** A terminal that became narrower has wrapped what was drawn: log-update does not know of those lines. */
  function eraseWrapped(): void {
    const now = output.columns ?? 0
    if (now > 0 && now < columns) {
      const more = drawn.reduce((sum, line) => sum + Math.max(Math.ceil(width(line) / now) - 1, 0), 0)
      output.write('\x1b[2K\x1b[1A'.repeat(more))
    }
    columns = now
  }

  return {
    draw(lines) {
      eraseWrapped()
      update(lines.join('\n'))
      drawn = lines
    },
    write(text) {
      eraseWrapped()
      update.clear()
      output.write(text)
      update(drawn.join('\n'))
    },
    done: () => update.done(),
  }
}

/** An output as log-update wants it, with its size as it is at each moment. */
function streamOf(output: Output): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      output.write(String(chunk))
      done()
    },
  })
  return Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => output.columns },
    rows: { get: () => output.rows },
  })
}
