import type { Case } from '../oracle/index.ts'

/** Questions that a minimisation may ask; each plays the case on both sides. */
const mostTries = 400

/**
 * Makes a case smaller as long as it still shows the same: leaves out keys and list items, largest first, until nothing
 * more can go.
 */
export async function minimise(found: Case, shows: (candidate: Case) => Promise<boolean>): Promise<Case> {
  let smallest = found
  let tries = 0
  let changed = true
  while (changed && tries < mostTries) {
    changed = false
    for (const path of paths(smallest, [])) {
      if (tries++ >= mostTries) break
      const candidate = without(smallest, path)
      if (candidate === undefined || !(await shows(candidate).catch(() => false))) continue
      smallest = candidate
      changed = true
      break
    }
  }
  return smallest
}

type Path = readonly (string | number)[]

/** Every key and item, those that hold others before what they hold. */
function paths(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  const own = keys.map(key => [...path, key]).filter(each => !kept.has(String(each.at(-1))))
  return [...own, ...keys.flatMap(key => paths(Reflect.get(value, key), [...path, key]))]
}

/** What a case, a metric, a template, a rule or a reply cannot be without. */
const kept = new Set([
  'spec',
  'limit',
  'templateName',
  'start',
  'script',
  'terminateAfter',
  'name',
  'metadata',
  'provider',
  'prometheus',
  'status',
  'body',
  'metricName',
])

function without(value: Case, path: Path): Case | undefined {
  const copy: Case = structuredClone(value)
  let holder: unknown = copy
  for (const key of path.slice(0, -1))
    holder = typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined
  const last = path.at(-1)
  if (Array.isArray(holder) && typeof last === 'number') {
    holder.splice(last, 1)
    return copy
  }
  if (typeof holder !== 'object' || holder === null || last === undefined) return undefined
  Reflect.deleteProperty(holder, last)
  return copy
}
