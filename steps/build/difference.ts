import { isDeepStrictEqual } from 'node:util'
import type { Anatomy } from '../../images/index.ts'

/**
 * Where two builds of the same commit begin to differ, in words: the first layer, with the instruction that made it, or
 * the settings. Undefined when the images of all platforms are the same, whatever attestations are beside them.
 */
export function firstDifference(before: readonly Anatomy[], after: readonly Anatomy[]): string | undefined {
  for (const now of after) {
    const then = before.find(({ platform }) => platform === now.platform)
    if (!then) return `it is for ${now.platform} too`
    if (then.digest === now.digest) continue
    return `of ${now.platform}, ${layerIn(then, now) ?? settingsIn(then.config, now.config) ?? 'the manifest differs'}`
  }
  const gone = before.find(({ platform }) => !after.some(now => now.platform === platform))
  return gone && `it is not for ${gone.platform} any more`
}

function layerIn(then: Anatomy, now: Anatomy): string | undefined {
  const index = now.layers.findIndex((layer, at) => layer.digest !== then.layers[at]?.digest)
  const layer = now.layers[index]
  if (layer) {
    const instruction = layer.instruction.replace(/\s+/g, ' ').slice(0, 200)
    const made = instruction === '' ? '' : `, made by ${JSON.stringify(instruction)},`
    return `layer ${index + 1} of ${now.layers.length}${made} differs`
  }
  return then.layers.length > now.layers.length
    ? `it has ${now.layers.length} layers instead of ${then.layers.length}`
    : undefined
}

/** The names of the settings that differ, two deep: `created`, `config.Env`. */
function settingsIn(then: unknown, now: unknown): string | undefined {
  const differing = namesOf(then, now).flatMap(name => {
    const [a, b] = [under(then, name), under(now, name)]
    if (isDeepStrictEqual(a, b)) return []
    const keys = name === 'config' ? namesOf(a, b).filter(key => !isDeepStrictEqual(under(a, key), under(b, key))) : []
    return keys.length === 0 ? [name] : keys.map(key => `${name}.${key}`)
  })
  return differing.length === 0 ? undefined : `the layers are the same, but not its settings: ${differing.join(', ')}`
}

function namesOf(...values: unknown[]): string[] {
  return [...new Set(values.flatMap(value => (isRecord(value) ? Object.keys(value) : [])))].sort()
}

function under(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
