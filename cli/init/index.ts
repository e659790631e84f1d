import { basename, resolve } from 'node:path'
import { ConfigurationError } from '../../configuration/index.ts'
import { checkRepository } from '../../steps/check/index.ts'
import type { NewCluster } from '../../steps/fleet/index.ts'
import { filesTree } from '../../steps/folder/index.ts'
import { extras, makeRepository, type NewRepository, parseCluster, writeRepository } from '../../steps/init/index.ts'
import { kitFolder, templateTree } from '../../steps/scaffold/index.ts'
import { type Context, command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { asText } from '../findings.ts'
import { answer, askClusters } from './questions.ts'

const options = {
  organisation: { type: 'string', value: 'NAME', description: 'Whose it is: the name on GitHub' },
  url: { type: 'string', value: 'URL', description: 'Where it will be, and Argo CD reads it from' },
  registry: { type: 'string', value: 'PREFIX', description: 'Where images are; ghcr.io/ORGANISATION by default' },
  cluster: {
    type: 'string',
    value: 'NAME,KEY=VALUE,…',
    multiple: true,
    description: 'A cluster: role, zone, region, server, ingress, prometheus, environment',
  },
  prometheus: { type: 'string', value: 'URL', description: 'The Prometheus of clusters that name none of their own' },
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
    '  stovepipe init gitops --organisation acme --cluster dev,server=https://dev.example \\\n' +
    '    --cluster prod-a,role=canary,zone=a,server=https://a.example,ingress=10.1.0.10:443 \\\n' +
    '    --cluster prod-b,role=primary,zone=b,server=https://b.example,ingress=10.2.0.10:443',
  options,
  positionals: { min: 1, max: 1 },
  async run(values, [directory = ''], context) {
    const { cwd, run, env, stdout, stderr } = context
    const folder = resolve(cwd, directory)
    const asked = await gather(values, basename(folder), context)
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
    stdout.write(values.json ? `${JSON.stringify(made, null, 2)}\n` : nextSteps(directory, asked, made))
    return exitCodes.done
  },
})

type Values = {
  organisation?: string | undefined
  url?: string | undefined
  registry?: string | undefined
  cluster?: string[] | undefined
  prometheus?: string | undefined
}

async function gather(values: Values, name: string, { ask, stderr }: Context): Promise<NewRepository> {
  const organisation = checked(
    await answer(values.organisation, { ask, question: 'Organisation, as on GitHub', flag: '--organisation' }),
    /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/,
    '--organisation',
    'Write its name as it is in URLs',
  )
  const usualUrl = `https://github.com/${organisation}/${name}.git`
  const url = await answer(values.url, { ask, question: 'URL of this repository', flag: '--url', usual: usualUrl })
  const usualRegistry = `ghcr.io/${organisation.toLowerCase()}`
  const registry = await answer(values.registry, {
    ask,
    question: 'Registry of images',
    flag: '--registry',
    usual: usualRegistry,
  })
  const given = (values.cluster ?? []).map(parseCluster)
  const clusters = given.length > 0 || !ask ? given : await askClusters(ask, line => stderr.write(`${line}\n`))
  return {
    organisation,
    url: checked(url, /^(https:\/\/|ssh:\/\/|git@)[\w.~:/@%+-]*[\w/]$/, '--url', 'Write an https or ssh URL'),
    registry: checked(registry, /^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/, '--registry', 'Write it as ghcr.io/acme'),
    clusters: clusters.map(cluster => withPrometheus(cluster, values.prometheus)),
  }
}

function withPrometheus(cluster: NewCluster, prometheus: string | undefined): NewCluster {
  return cluster.prometheus === undefined && prometheus !== undefined ? { ...cluster, prometheus } : cluster
}

function checked(text: string, form: RegExp, flag: string, cure: string): string {
  if (form.test(text)) return text
  throw new ConfigurationError({
    problem: 'has a form that is not understood',
    place: { input: flag },
    value: text,
    cure,
  })
}

function nextSteps(
  folder: string,
  { url, clusters }: NewRepository,
  { files, commit }: { files: readonly string[]; commit?: string },
): string {
  const steps = [
    'Set OWNER in the files of .github/workflows/, the load balancer in fleet.yaml, and in traffic.yml a runner that reaches it.',
    ...(commit === undefined ? [`Look at it, and commit: cd ${folder} && git add --all && git commit`] : []),
    `Push it: git remote add origin ${url} && git push -u origin main`,
    `Name the clusters in Argo CD as they are named here: ${clusters.map(({ name }) => name).join(', ')}.`,
    'Apply bootstrap/root.yaml to the cluster that Argo CD runs in; README.md says what comes of it.',
    'Release: stovepipe promote --app coolkit --image REPOSITORY:TAG@DIGEST --repository URL',
  ]
  return [
    `${files.length} files in ${folder}${commit === undefined ? '' : `, commit ${commit}`}. \`stovepipe check ${folder}\` checks them.`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
  ].join('\n')
}
