import { pathToFileURL } from 'node:url'
import { type BareRepository, createRepository } from '../../support/git/index.ts'
import { templateFiles } from '../../support/template.ts'

/** The address of the GitOps repository in the template, which a team replaces by its own. */
const placeholder = 'https://github.com/acme/gitops.git'

/** A bare repository on disk; `url` is what Argo CD fetches from and `promote` pushes to. */
export type GitOpsRepository = BareRepository & { url: string }

/**
 * Makes a GitOps repository of the template with the repository's own address. `changes` come over its files; undefined
 * takes one away.
 */
export async function createGitOpsRepository(
  folder: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<GitOpsRepository> {
  const url = pathToFileURL(folder).href
  const files = Object.entries({ ...templateFiles(), ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text.replaceAll(placeholder, url)]],
  )
  return { ...(await createRepository(folder, Object.fromEntries(files))), url }
}

/** The template's files in which a pod waits ten seconds before it counts as available, with one: for tests of something else. */
export function availableSoon(): Record<string, string> {
  const changed = Object.entries(templateFiles()).flatMap(([path, text]) => {
    const soon = text.replaceAll(/minReadySeconds: 10\b/g, 'minReadySeconds: 1')
    return soon === text ? [] : [[path, soon] as const]
  })
  if (changed.length === 0) throw new Error('nothing in the template says minReadySeconds: 10')
  return Object.fromEntries(changed)
}
