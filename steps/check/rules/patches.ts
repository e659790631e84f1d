import { z } from 'zod'

/** What a kustomization changes in objects that it names. */
export type Patch = { isOf(object: { kind: string; name: string }): boolean; apply(value: unknown): unknown }

/** A patch's `target`, whose kind and name are regular expressions that match the whole of it. */
export type PatchTarget = { kind?: string | undefined; name?: string | undefined }

const operations = z.array(
  z.object({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.unknown().optional() }),
)
const named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) })

/**
 * A patch as kustomize takes it: a list of JSON 6902 operations, or else part of an object, which is merged as RFC 7386
 * has it. So kustomize merges kinds that it has no schema of; of Kubernetes' own it merges lists otherwise. Undefined for
 * what is no patch, and for operations that only move or test.
 */
export function patchOf(value: unknown, target: PatchTarget | undefined): Patch | undefined {
  const listed = operations.safeParse(value)
  if (listed.success) {
    if (!target) return undefined
    return { isOf: object => isTarget(target, object), apply: before => listed.data.reduce(operate, before) }
  }
  if (!isRecord(value)) return undefined
  const own = named.safeParse(value).data
  if (!target && !own) return undefined
  return {
    isOf: object =>
      target ? isTarget(target, object) : own?.kind === object.kind && own.metadata.name === object.name,
    apply: before => merge(before, value),
  }
}

function isTarget({ kind, name }: PatchTarget, object: { kind: string; name: string }): boolean {
  const matches = (pattern: string | undefined, text: string) => {
    if (pattern === undefined || pattern === '' || pattern === text) return true
    try {
      return new RegExp(`^(?:${pattern})$`).test(text)
    } catch {
      return false // kustomize refuses it
    }
  }
  return matches(kind, object.kind) && matches(name, object.name)
}

/** The value with one operation done; as it was, where its path leads nowhere, which kustomize refuses. */
function operate(value: unknown, { op, path, value: given }: z.infer<typeof operations>[number]): unknown {
  const keys = path
    .split('/')
    .slice(1)
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const change = (at: unknown, [key = '', ...rest]: string[]): unknown => {
    const isLast = rest.length === 0
    if (Array.isArray(at)) {
      const index = key === '-' ? at.length : Number(key)
      if (!isLast) return at.map((item, place) => (place === index ? change(item, rest) : item))
      return at.toSpliced(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [given]))
    }
    if (!isRecord(at)) return at
    if (!isLast) return { ...at, [key]: change(at[key], rest) }
    const { [key]: _gone, ...others } = at
    return op === 'remove' ? others : { ...others, [key]: given }
  }
  return keys.length === 0 ? value : change(value, keys)
}

function merge(before: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const after: Record<string, unknown> = isRecord(before) ? { ...before } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete after[key]
    else after[key] = merge(after[key], value)
  }
  return after
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
