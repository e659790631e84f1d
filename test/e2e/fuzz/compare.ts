import type { Case, Outcome } from '../oracle/index.ts'
import { explain } from './explained.ts'
import type { Played } from './play.ts'

/** Where two outcomes differ first, or what explains that they do not agree to the letter. */
export type Comparison =
  | { kind: 'same'; explained: readonly string[] }
  | { kind: 'different'; path: string; ours: unknown; theirs: unknown }

/** Compares the engine's outcome with the controller's: everything that either of them says. */
export function compare(played: Case, ours: Played, theirs: Outcome): Comparison {
  const explained = explain(played, ours, theirs)
  if (explained.excepted) return { kind: 'same', explained: explained.by }
  const [left, right] = [comparable(explained.ours), comparable(explained.theirs)]
  const path = firstDifference(left, right, '')
  if (path === undefined) return { kind: 'same', explained: explained.by }
  return { kind: 'different', path, ours: at(left, path), theirs: at(right, path) }
}

function comparable(outcome: Played | Outcome): unknown {
  const { refused, spec, status, requests, ...rest } = outcome
  const panicked = 'panicked' in rest ? rest.panicked : undefined
  const unsupported = 'unsupported' in rest ? rest.unsupported : undefined
  return pruned({ refused, spec, status: sorted(status), requests: lowerCased(requests), panicked, unsupported })
}

/** The controller measures in parallel, so its results stand in any order. */
function sorted(status: unknown): unknown {
  if (typeof status !== 'object' || status === null || !('metricResults' in status)) return status
  const { metricResults } = status
  if (!Array.isArray(metricResults)) return status
  const byName = [...metricResults].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
  return { ...status, metricResults: byName }
}

function lowerCased(requests: Outcome['requests']): unknown {
  return Object.fromEntries(
    Object.entries(requests ?? {}).map(([name, list]) => [
      name,
      list.map(({ headers = {}, ...request }) => ({
        ...request,
        headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])),
      })),
    ]),
  )
}

/** Without what Go leaves out or writes as empty: objects and lists with nothing in them, empty texts but values. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => pruned(item) ?? null)
  if (typeof value !== 'object' || value === null) return value ?? undefined
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const inner = pruned(item)
    const empty =
      inner === undefined ||
      inner === false ||
      (inner === '' && key !== 'value') ||
      (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0)
    return empty ? [] : [[key, inner] as const]
  })
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

function firstDifference(one: unknown, other: unknown, path: string): string | undefined {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other) ? undefined : path
  }
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  for (const key of keys) {
    const found = firstDifference(Reflect.get(one, key), Reflect.get(other, key), `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function at(value: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (from, key) => (typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined),
      value,
    )
}
