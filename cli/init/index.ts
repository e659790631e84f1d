import { basename, resolve } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import { checkRepository } from '../../steps/check/index.ts'
import { filesTree } from '../../steps/folder/index.ts'
import { extras, lookAt, makeRepository, writeRepository } from '../../steps/init/index.ts'
import { kitFolder, templateTree } from '../../steps/scaffold/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { asText } from '../findings.ts'
import { gather } from './gather.ts'
import { nextSteps } from './next-steps.ts'

const options = {
  organisation: { type: 'string', value: 'NAME', description: 'Whose it is: the name on GitHub' },
  url: {
    type: 'string',
    value: 'URL',
    description:
      "Where it will be, and Argo CD reads it from; by default the clone's origin, or https://github.com/ORGANISATION/DIR.git",
  },
  registry: { type: 'string', value: 'PREFIX', description: 'Where images are; ghcr.io/ORGANISATION by default' },
  cluster: {
    type: 'string',
    value: 'NAME,KEY=VALUE,…',
    multiple: true,
    description: 'A cluster: role, zone, region, server, ingress, prometheus, environment',
  },
  prometheus: {
    type: 'string',
    value: 'URL',
    description: 'The Prometheus of clusters that name none of their own; without one no gate is passed',
  },
  commit: { type: 'boolean', description: 'Make the first commit, too' },
} as const

/** `stovepipe init`: a GitOps repository to begin with. */
export const initCommand = command({
  name: 'init',
  summary: 'Makes a GitOps repository from the template, for your organisation and clusters',
  usage: 'DIR [options]',
  description:
    'What is not said by flags is asked on a terminal. DIR is not there yet, or is empty. Nothing is pinned in it, so ' +
    'Argo CD deploys no app before its first release. For example:\n' +
    '  stovepipe init gitops --organisation acme --prometheus https://prometheus.example \\\n' +
    '    --cluster dev,server=https://dev.example \\\n' +
    '    --cluster prod-a,role=canary,zone=a,server=https://a.example,ingress=10.1.0.10:443 \\\n' +
    '    --cluster prod-b,role=primary,zone=b,server=https://b.example,ingress=10.2.0.10:443',
  options,
  positionals: { min: 1, max: 1 },
  async run(values, [directory = ''], context) {
    const { cwd, run, env, stdout, stderr } = context
    const folder = resolve(cwd, directory)
    const place = await lookAt(folder, { run, env })
    const asked = await gather(values, { name: basename(folder), place }, context)
    const files = new Map([...makeRepository(templateTree(), asked), ...extras(kitFolder())])
    const findings = await checkRepository(filesTree(files))
    stderr.write(asText(findings))
    if (findings.some(({ severity }) => severity === 'error')) {
      throw new ConfigurationError({
        problem: 'what would be made has the faults above, so nothing was written',
        place: { input: 'DIR' },
        value: directory,
        cure: 'Mend what they name: the clusters’ roles, labels and names, the organisation or the URL',
      })
    }
    const commit = await writeRepository(folder, files, { commit: values.commit === true, run, env })
    const made = { directory: folder, files: [...files.keys()].sort(), ...(commit !== undefined && { commit }) }
    stdout.write(
      values.json ? `${JSON.stringify(made, null, 2)}\n` : nextSteps({ ...made, folder: directory, place, asked }),
    )
    return exitCodes.done
  },
})
