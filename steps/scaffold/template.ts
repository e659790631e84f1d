import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Tree } from '../../gitops/repository/index.ts'
import { folderTree } from '../folder/index.ts'

/**
 * The folder of the kit's own checkout, found from this file upwards: it is the same for the sources and for the bundle,
 * which lie at different depths. Throws when the bundle was taken away from its checkout.
 */
export function kitFolder(from = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'gitops/template/fleet.yaml'))) return folder
    if (folder === dirname(folder)) {
      throw new Error(
        `gitops/template is not beside the kit's code in ${from}: run it from a checkout of its repository`,
      )
    }
  }
}

/** The GitOps repository to copy. */
export function templateTree(): Tree {
  return folderTree(join(kitFolder(), 'gitops/template'))
}

/** The template's app for each kind of workload that `app add` knows. */
export const kinds = { statefulset: 'coolkit', rollout: 'storefront' } as const
export type Kind = keyof typeof kinds
