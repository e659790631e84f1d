import { ConfigurationError, type Document, formatDuration } from '../../configuration/index.ts'

/** The times of a gate, in milliseconds. */
type Times = { soak: number; deadline?: number | undefined }

/** How long a gate has, beside its soak, where its `deadline` is not written: milliseconds. */
const usual = 120 * 60_000

/** When a gate that has no verdict is over, counted from the batch's commit: as it is written, or else its soak and 2 h. */
export function deadlineOf({ soak, deadline = soak + usual }: Times): number {
  return deadline
}

/**
 * Refuses a deadline that comes before the soak can be over: every release would be held there. Throws a
 * ConfigurationError.
 */
export function requireTimeToSoak(source: Document, waves: readonly { gate: Times }[]): void {
  for (const [index, { gate }] of waves.entries()) {
    const { soak, deadline } = gate
    if (deadline === undefined || deadline > soak) continue
    throw new ConfigurationError({
      problem: `the gate is over before its soak of ${formatDuration(soak)} is`,
      place: source.placeOf(['spec', 'waves', index, 'gate', 'deadline']),
      value: formatDuration(deadline),
      cure: `Write one longer than the soak, or leave it out: it is ${formatDuration(deadlineOf({ soak }))} then, the soak and 2h`,
    })
  }
}
