import { z } from 'zod'
import { ConfigurationError, type Document } from '../../configuration/index.ts'

/** A person's approval as part of a gate, and the GitHub environment whose reviewers are asked. */
export type GateApproval = { environment: string }

/** The schema of `gate.approval`. */
export const gateApproval = z
  .strictObject({
    environment: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\p{Cc}]+$/u, 'not the name of an environment')
      .describe('GitHub environment whose reviewers are asked'),
  })
  .describe(
    'once this gate is passed otherwise, a person must approve the release before anything further is written: the next batch of this wave, or the wave after it',
  )

type WaveOfApproval = { name: string; batch?: unknown; gate: { approval?: GateApproval | undefined } }

/**
 * An approval is what must hold before the next batch or wave, so one that nothing comes after would never be asked
 * for: most likely it was meant to be asked before this wave. Throws a ConfigurationError with the cure.
 */
export function requireApprovalsMatter(source: Document, waves: readonly WaveOfApproval[]): void {
  const last = waves.at(-1)
  if (!last?.gate.approval || last.batch !== undefined) return
  const before = waves.at(-2)
  throw new ConfigurationError({
    problem: 'nothing comes after this gate, so its approval would never be asked for',
    place: source.placeOf(['spec', 'waves', waves.length - 1, 'gate', 'approval'], { key: true }),
    cure: before
      ? `To be asked before wave ${last.name}, write it in the gate of wave ${before.name}; with a batch, it is asked after the first one`
      : 'Remove it, or give the wave a batch: it is then asked after the first one',
  })
}
