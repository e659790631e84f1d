import { z } from 'zod'
import { ConfigurationError, validateInput } from '../../configuration/index.ts'

/** The inputs as they come from a workflow. */
export type ApprovalInputs = { command: string; approval: string }

/** What a promotion waits for, as the output `approval` of `promote` says it. */
const wishSchema = z.object({
  app: z.string().min(1),
  wave: z.string().min(1),
  environment: z.string().min(1),
  release: z.object({ name: z.string().min(1), tag: z.string().min(1) }),
})

export type Wish = z.infer<typeof wishSchema>

/** `ask`: is the approval to be asked for now? `reviewer`: who gave it, in this very run? */
export type ApprovalRequest = { command: 'ask' | 'reviewer'; wish: Wish }

const commands = z.enum(['ask', 'reviewer'])

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parseApprovalInputs({ command, approval }: ApprovalInputs): ApprovalRequest {
  const wish = validateInput('approval', jsonOf(approval), wishSchema)
  return { command: validateInput('command', command, commands), wish }
}

/**
 * A wish as one job can hand it to another. GitHub drops an output in which a line of a secret occurs, and a secret that
 * is JSON has lines with nothing but a brace.
 */
export function handover(wish: Wish): string {
  return Buffer.from(JSON.stringify(wish)).toString('base64')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(/^[A-Za-z0-9+/]+=*$/.test(text) ? Buffer.from(text, 'base64').toString() : text)
  } catch (cause) {
    throw new ConfigurationError({
      problem: 'not JSON',
      place: { input: 'approval' },
      value: text,
      cure: "Pass promote's output `approval`, or this action's `handover`, as it is, when it is not empty",
      cause,
    })
  }
}
