import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'
import { type ChangeCheck, checkChange, checkRepository } from '../../steps/check/index.ts'
import { atRevision, type Checkout, checkoutInPlaceOf, checkoutOf } from '../../steps/folder/index.ts'
import { type Context, command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { asGitHub, asJson, asText, findingFormat } from '../findings.ts'

/** `stovepipe check`: everything in a GitOps repository that would stop somebody later. */
export const checkCommand = command({
  name: 'check',
  summary: 'Checks a GitOps repository as it stands in a folder: every file, and what they say of each other',
  usage: '[DIR] [options]',
  description:
    'DIR is the folder that holds apps/ and clusters/, the current one when left out; what is not committed counts too. ' +
    'Paths in ApplicationSets begin at the root of the Git repository that it is in, as in Argo CD. Nothing is asked of any cluster or server. Errors are exit code 2. With --base, a change that would make ' +
    'Applications no more is refused.',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'text, json, or github for annotations, which is the default in GitHub Actions',
    },
    base: {
      type: 'string',
      value: 'DIR|REVISION',
      description: 'What the change begins from: compares the Applications that the ApplicationSets make',
    },
    removes: {
      type: 'string',
      value: 'N',
      description: 'With --base, how many Applications the change may make no more; 0 when left out',
    },
    strict: { type: 'boolean', description: 'Warnings are exit code 2 too' },
  },
  positionals: { min: 0, max: 1 },
  async run(values, [directory = '.'], context) {
    const { cwd, env, log, stdout } = context
    const format = findingFormat(values, env)
    const root = resolve(cwd, directory)
    requireRepository(root, directory)
    if (values.base === undefined && values.removes !== undefined) {
      throw new ConfigurationError({
        problem: 'nothing is compared, so nothing can be found to go',
        place: { input: '--removes' },
        value: values.removes,
        cure: 'Add --base, what the change begins from',
      })
    }
    const head = checkoutOf(root)
    const change =
      values.base === undefined ? undefined : await compare(values.base, root, values.removes ?? '0', context)
    const all = [...(await checkRepository(head.tree, head)), ...(change?.findings ?? [])]
    const findings = all.map(finding => within(directory, finding))
    if (format === 'json') stdout.write(asJson(findings, change && { applications: change.applications }))
    else if (format === 'text') stdout.write(asText(findings))
    else stdout.write(asGitHub(findings, { command: 'check', cwd, workspace: env.GITHUB_WORKSPACE || cwd }))
    for (const [what, names] of Object.entries(change?.applications ?? {})) {
      log.info(`Applications ${what}: ${names.length === 0 ? 'none' : names.join(', ')}`)
    }
    const errors = findings.filter(({ severity }) => severity === 'error').length
    log.info(`${errors} errors and ${findings.length - errors} warnings`)
    return errors > 0 || (values.strict && findings.length > 0) ? exitCodes.configuration : exitCodes.done
  },
})

/** What the change from `base`, a folder or a revision, does to the Applications. */
async function compare(base: string, root: string, removes: string, context: Context): Promise<ChangeCheck> {
  if (!/^\d{1,6}$/.test(removes)) {
    throw new ConfigurationError({
      problem: 'not a number',
      place: { input: '--removes' },
      value: removes,
      cure: 'Write how many Applications may go, such as 4',
    })
  }
  const check = (before: Checkout) => {
    if (['clusters', 'apps'].every(folder => before.tree.list(folder).length === 0)) {
      throw new ConfigurationError({
        problem: 'it has neither clusters/ nor apps/ there, so it cannot be told what the change takes away',
        place: { input: '--base' },
        value: base,
        cure: 'Name a base that has them; where they are new or were moved, look at the Applications yourself',
      })
    }
    return checkChange(before, checkoutOf(root), { removes: Number(removes) })
  }
  const folder = resolve(context.cwd, base)
  return isFolder(folder) ? check(checkoutInPlaceOf(folder, root)) : atRevision(root, base, context, check)
}

/** Places are named as from where the user stands, so that editors link them. */
function within(directory: string, finding: Finding): Finding {
  const { place } = finding
  return 'input' in place ? finding : { ...finding, place: { ...place, file: join(directory, place.file) } }
}

function requireRepository(root: string, directory: string): void {
  if (isFolder(join(root, 'clusters')) || isFolder(join(root, 'apps'))) return
  throw new ConfigurationError({
    problem: 'not a GitOps repository: it has neither clusters/ nor apps/',
    place: { input: 'DIR' },
    value: directory,
    cure: 'Name the folder that holds them, or make one with `stovepipe init`',
  })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
