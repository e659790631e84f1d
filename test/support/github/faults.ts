import type { Operation } from './operations.ts'

/** An answer that a test puts in place of the server's. */
export type Answer = { status: number; headers?: Readonly<Record<string, string>>; body?: unknown }

/** How the server misbehaves, on order. */
export type Fault = {
  /** The operation, or the method of any; every request when left out. */
  on?: Operation | 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** How many requests pass before it; 0 when left out. */
  skip?: number
  /** How many requests it is for; 1 when left out. */
  times?: number
  /** Answers so without doing anything; `drop` cuts the connection. */
  instead?: Answer | 'drop'
  /** Does what was asked, and then answers so: `drop` gives no answer, `cut` half of one. */
  afterwards?: Answer | 'drop' | 'cut'
  /** Milliseconds before the answer, whatever it is. */
  delay?: number
  /** Added to the answer's own. */
  headers?: Readonly<Record<string, string>>
}

/** Faults in the order in which they were set; each is used up. */
export type Faults = { add(fault: Fault): void; next(operation: string): Fault | undefined; clear(): void }

export function startFaults(): Faults {
  let waiting: { fault: Fault; skip: number; times: number }[] = []
  return {
    add: fault => waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clear: () => {
      waiting = []
    },
    next(operation) {
      for (const entry of waiting) {
        const { on } = entry.fault
        if (on !== undefined && on !== operation && on !== operation.split(' ')[0]) continue
        if (entry.skip-- > 0) continue
        entry.times--
        waiting = waiting.filter(({ times }) => times > 0)
        return entry.fault
      }
      return undefined
    },
  }
}
