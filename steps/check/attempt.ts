import { ConfigurationError, type Place } from '../../configuration/index.ts'
import { type Finding, findingOf } from '../../rollouts/lint/index.ts'

/** What a reader gives, or the finding that its ConfigurationError is. */
export function attempt<T>(rule: string, place: Place, read: () => T): { value: T } | { finding: Finding } {
  try {
    return { value: read() }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return { finding: { ...findingOf(error, rule, place), cure: error.fault.cure ?? 'Correct it' } }
  }
}

/** The same for a reader that has to wait. */
export async function attemptAsync(rule: string, place: Place, read: () => Promise<void>): Promise<Finding[]> {
  try {
    await read()
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return [{ ...findingOf(error, rule, place), cure: error.fault.cure ?? 'Correct it' }]
  }
}
