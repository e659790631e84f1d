import { realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'

/** Relative paths start at `base`; all must lie within `within`. Files with secrets may also lie in `temporary`. */
export type Workspace = { base: string; within: string; temporary?: string }

/**
 * The real path of what an input names, links resolved. Throws a ConfigurationError when it does not exist, is not of
 * that kind, or lies outside the workspace.
 */
export async function inside(
  { base, within }: Workspace,
  input: string,
  path: string,
  kind: 'file' | 'folder',
): Promise<string> {
  const fail = (problem: string, cure: string, cause?: unknown): never => {
    throw new ConfigurationError({
      problem,
      place: { input },
      value: path,
      cure,
      ...(cause !== undefined && { cause }),
    })
  }
  if (path.includes('\0')) fail('not a path', 'Remove the NUL character')
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(path)) {
    fail('only what is checked out is built, no URL', 'Check the source out before this step and name its folder')
  }
  const found = await realpath(resolve(base, path)).catch(error =>
    fail(`there is no such ${kind}`, `Paths start at ${base}`, error),
  )
  const way = relative(await realpath(within), found)
  if (way === '..' || way.startsWith(`..${sep}`)) fail('the path leads out of the workspace', `Stay below ${within}`)
  const about = await stat(found)
  if (kind === 'file' ? !about.isFile() : !about.isDirectory()) fail(`this is no ${kind}`, `Name a ${kind}`)
  return found
}

/** The Dockerfile: the one that is named, else the context's own. */
export async function dockerfile(workspace: Workspace, context: string, named: string): Promise<string> {
  if (named !== '') return inside(workspace, 'file', named, 'file')
  for (const name of ['Dockerfile', 'Containerfile']) {
    const path = join(context, name)
    if (
      await stat(path).then(
        about => about.isFile(),
        () => false,
      )
    )
      return inside(workspace, 'file', path, 'file')
  }
  throw new ConfigurationError({
    problem: 'there is no Dockerfile in the context',
    place: { input: 'context' },
    value: context,
    cure: 'Name it in `file`, relative to the workspace',
  })
}
