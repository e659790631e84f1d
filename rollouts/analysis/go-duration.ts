import { ConditionError, parseDuration } from '../conditions/index.ts'

/** A text that Go's `time.ParseDuration` refuses; the message is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError'
}

/**
 * Parses a duration exactly as Go's `time.ParseDuration` (units up to hours, signs, fractions, `0`) and gives
 * milliseconds. The controller passes Go's words on to the user, so a DurationError has them.
 */
export function parseGoDuration(text: string): number {
  try {
    return Number(parseDuration(text)) / 1e6
  } catch (error) {
    if (error instanceof ConditionError) throw new DurationError(error.message)
    throw error
  }
}
