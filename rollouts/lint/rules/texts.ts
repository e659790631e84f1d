import type { Step } from '../../../configuration/index.ts'
import type { Linted } from '../template-subject.ts'

/** Every text of the metrics, which is where the controller fills in arguments. */
export function textsOf({ spec }: Pick<Linted, 'spec'>): { path: Step[]; text: string }[] {
  return textsIn(spec.metrics ?? [], ['metrics'])
}

function textsIn(value: unknown, path: Step[]): { path: Step[]; text: string }[] {
  if (typeof value === 'string') return value.includes('{{') ? [{ path, text: value }] : []
  if (Array.isArray(value)) return value.flatMap((each, index) => textsIn(each, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key]))
}
