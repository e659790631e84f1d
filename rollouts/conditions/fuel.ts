import { ConditionError } from './condition-error.ts'
import { UnsupportedConditionError } from './unsupported.ts'

/** The language's own limit: elements that lists, maps and ranges made by one evaluation may hold together. */
const mostMemory = 1_000_000
/** Our limits, where the language has none and the controller would compute for hours or run out of memory. */
const mostSteps = 5_000_000
const longestText = 4_000_000

/** What one evaluation may still use. Hostile expressions end here, in bounded time and memory. */
export class Fuel {
  #memory = 0
  #steps = 0

  /** Counts elements as expr-lang's virtual machine does (`memGrow`). */
  grow(elements: number): void {
    this.#memory += elements
    if (this.#memory >= mostMemory) throw new ConditionError('memory budget exceeded')
  }

  /** Counts the work done. */
  spend(steps = 1): void {
    this.#steps += steps
    if (this.#steps > mostSteps) {
      throw new UnsupportedConditionError(`more than ${mostSteps} steps of computation`)
    }
  }

  /** Refuses a text before it is made, and counts the work of making it. */
  text(length: number): void {
    if (length > longestText) throw new UnsupportedConditionError(`a text longer than ${longestText} bytes`)
    this.spend(Math.ceil(length / 64))
  }
}
