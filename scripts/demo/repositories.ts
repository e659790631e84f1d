import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunCommand } from '../../host/index.ts'
import { type BareRepository, createRepository } from '../../test/support/git/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the template says about a world elsewhere, and what is true in the demo's. */
export type Substitutions = readonly { file: RegExp; from: string; to: string }[]

/** Makes `gitops.git` below `folder`: a copy of the GitOps template with the demo's own addresses in it. */
export async function createGitops(folder: string, substitutions: Substitutions): Promise<BareRepository> {
  const files = filesBelow(join(root, 'gitops/template'))
  for (const { file, from, to } of substitutions) {
    const paths = Object.keys(files).filter(path => file.test(path) && files[path]?.includes(from))
    if (paths.length === 0) throw new Error(`the template has no ${JSON.stringify(from)} in a file like ${file.source}`)
    for (const path of paths) files[path] = files[path]?.replaceAll(from, to) ?? ''
  }
  return createRepository(join(folder, 'gitops.git'), files)
}

/** The application's repository and a checkout of it, as a developer has one. */
export type Source = {
  bare: BareRepository
  checkout: string
  /** Commits changes to the sources and brings the checkout to them; gives the commit. */
  change(message: string, files: Readonly<Record<string, (text: string) => string>>): Promise<string>
}

/** Makes `coolkit.git` below `folder` from examples/coolkit, and checks it out. */
export async function createSource(folder: string, url: string, checkout: string, run: RunCommand): Promise<Source> {
  const bare = await createRepository(join(folder, 'coolkit.git'), filesBelow(join(root, 'examples/coolkit')))
  const git = async (...args: string[]) => {
    const { code, stderr } = await run('git', args)
    if (code !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr.trim()}`)
  }
  await git('clone', '--quiet', url, checkout)
  return {
    bare,
    checkout,
    async change(message, edits) {
      const files: Record<string, string> = {}
      for (const [path, edit] of Object.entries(edits)) {
        const before = (await bare.read(path)) ?? ''
        files[path] = edit(before)
        if (files[path] === before) throw new Error(`the edit changes nothing in ${path}`)
      }
      const commit = await bare.commit(files, { message, author: 'Dana Developer' })
      await git('-C', checkout, 'pull', '--quiet', '--ff-only')
      return commit
    },
  }
}

/** The texts of all files below a folder, by their path in it. */
export function filesBelow(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(paths.map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
}
