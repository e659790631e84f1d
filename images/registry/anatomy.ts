import { z } from 'zod'
import { parseJson } from '../../configuration/index.ts'

/** One layer of an image, with the instruction that made it where the image's history says so. */
export type Layer = { digest: string; instruction: string }

/** What an image of one platform is made of. `config` is its config without history and layers. */
export type Anatomy = { platform: string; digest: string; layers: readonly Layer[]; config: unknown }

const config = z.looseObject({
  os: z.string().default('linux'),
  architecture: z.string().default('unknown'),
  variant: z.string().optional(),
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .default([]),
})
const image = z.object({ layers: z.array(z.object({ digest: z.string() })).default([]) })

/**
 * Puts an image together from its manifest and its config (OCI image specification, config.md): the entries of the
 * history that are no empty layers are the manifest's layers, in order. Undefined when they are no such documents.
 */
export function readAnatomy(digest: string, manifestBody: string, configBody: string): Anatomy | undefined {
  const manifest = image.safeParse(parseJson(manifestBody))
  const parsed = config.safeParse(parseJson(configBody))
  if (!manifest.success || !parsed.success) return undefined
  const { history, os, architecture, variant, rootfs: _, ...rest } = parsed.data
  const made = history.filter(entry => !entry.empty_layer)
  const layers = manifest.data.layers.map((layer, index) => ({
    digest: layer.digest,
    instruction: made[index]?.created_by ?? '',
  }))
  return { platform: [os, architecture, variant].filter(Boolean).join('/'), digest, layers, config: rest }
}
