import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'
import { checkRepository } from '../../steps/check/index.ts'
import { folderTree } from '../../steps/folder/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { asGitHub, asJson, asText, findingFormat } from '../findings.ts'

/** `stovepipe check`: everything in a GitOps repository that would stop somebody later. */
export const checkCommand = command({
  name: 'check',
  summary: 'Checks a GitOps repository as it stands in a folder: every file, and what they say of each other',
  usage: '[DIR] [options]',
  description:
    'DIR is the folder that holds apps/ and clusters/, the current one when left out; what is not committed counts too. ' +
    'Nothing is asked of any cluster or server. Errors are exit code 2.',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'text, json, or github for annotations, which is the default in GitHub Actions',
    },
    strict: { type: 'boolean', description: 'Warnings are exit code 2 too' },
  },
  positionals: { min: 0, max: 1 },
  async run(values, [directory = '.'], { cwd, env, log, stdout }) {
    const format = findingFormat(values, env)
    const root = resolve(cwd, directory)
    requireRepository(root, directory)
    const findings = (await checkRepository(folderTree(root))).map(finding => within(directory, finding))
    if (format === 'json') stdout.write(asJson(findings))
    else if (format === 'text') stdout.write(asText(findings))
    else stdout.write(asGitHub(findings, { command: 'check', cwd, workspace: env.GITHUB_WORKSPACE || cwd }))
    const errors = findings.filter(({ severity }) => severity === 'error').length
    log.info(`${errors} errors and ${findings.length - errors} warnings`)
    return errors > 0 || (values.strict && findings.length > 0) ? exitCodes.configuration : exitCodes.done
  },
})

/** Places are named as from where the user stands, so that editors link them. */
function within(directory: string, finding: Finding): Finding {
  const { place } = finding
  return 'input' in place ? finding : { ...finding, place: { ...place, file: join(directory, place.file) } }
}

function requireRepository(root: string, directory: string): void {
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  if (isFolder(join(root, 'clusters')) || isFolder(join(root, 'apps'))) return
  throw new ConfigurationError({
    problem: 'not a GitOps repository: it has neither clusters/ nor apps/',
    place: { input: 'DIR' },
    value: directory,
    cure: 'Name the folder that holds them, or make one with `stovepipe init`',
  })
}
