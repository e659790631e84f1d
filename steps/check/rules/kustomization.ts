import type { Document, Step } from '../../../configuration/index.ts'

/** A path that a kustomization refers to, and where it says so. */
export type Reference = { path: Step[]; text: string }

export const isKustomization = (path: string) => /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path)

/** Keys whose items are paths, or, in a few, YAML written in place. */
const lists = [
  'resources',
  'components',
  'bases',
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'patchesStrategicMerge',
]
/** Keys whose items are mappings with a `path`. */
const withPath = ['patches', 'patchesJson6902', 'replacements']

/** Everything a kustomization reads besides itself (kustomize's types.Kustomization). */
export function referencesOf({ value }: Document): Reference[] {
  if (!isRecord(value)) return []
  const found: Reference[] = []
  const add = (path: Step[], text: unknown) => {
    if (typeof text === 'string' && text !== '' && !text.includes('\n')) found.push({ path, text })
  }
  for (const key of lists) {
    for (const [index, item] of items(value, key)) add([key, index], item)
  }
  for (const key of withPath) {
    for (const [index, item] of items(value, key)) if (isRecord(item)) add([key, index, 'path'], item.path)
  }
  for (const key of ['configMapGenerator', 'secretGenerator']) {
    for (const [index, item] of items(value, key)) {
      if (!isRecord(item)) continue
      for (const [at, file] of items(item, 'files')) {
        const path = typeof file === 'string' ? file.slice(file.indexOf('=') + 1) : file // NAME=PATH
        add([key, index, 'files', at], path)
      }
      for (const [at, file] of items(item, 'envs')) add([key, index, 'envs', at], file)
      add([key, index, 'env'], item.env)
    }
  }
  if (isRecord(value.openapi)) add(['openapi', 'path'], value.openapi.path)
  for (const [index, chart] of items(value, 'helmCharts')) {
    if (isRecord(chart)) add(['helmCharts', index, 'repo'], chart.repo)
  }
  return found
}

function items(value: Record<string, unknown>, key: string): Iterable<[number, unknown]> {
  const list: unknown = value[key]
  return Array.isArray(list) ? list.entries() : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
