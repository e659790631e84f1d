import { ConfigurationError } from '../../configuration/index.ts'
import type { NewCluster } from '../../steps/fleet/index.ts'
import { type NewRepository, type Place, parseCluster } from '../../steps/init/index.ts'
import type { Context } from '../command.ts'
import { answer, askClusters } from './questions.ts'

type Values = {
  organisation?: string | undefined
  url?: string | undefined
  registry?: string | undefined
  cluster?: string[] | undefined
  prometheus?: string | undefined
}

/** What the flags say, and what a person answers for the rest. `name` is that of the folder. */
export async function gather(
  values: Values,
  { name, place }: { name: string; place: Place },
  { ask, stderr }: Pick<Context, 'ask' | 'stderr'>,
): Promise<NewRepository> {
  const tell = (line: string) => stderr.write(`${line}\n`)
  const organisation = await answer(values.organisation, {
    ask,
    tell,
    question: 'Organisation, as on GitHub',
    flag: '--organisation',
    check: formed(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, '--organisation', 'Write its name as it is in URLs'),
  })
  const origin = place.kind === 'repository' && urls.test(place.origin ?? '') ? place.origin : undefined
  const url = await answer(values.url, {
    ask,
    tell,
    question: 'URL of this repository',
    flag: '--url',
    usual: origin ?? `https://github.com/${organisation}/${name}.git`,
    check: checkUrl,
  })
  const registry = await answer(values.registry, {
    ask,
    tell,
    question: 'Registry of images',
    flag: '--registry',
    usual: `ghcr.io/${organisation.toLowerCase()}`,
    check: formed(/^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/, '--registry', 'Write it as ghcr.io/acme'),
  })
  const given = (values.cluster ?? []).map(parseCluster)
  const isWanted = given.length === 0 || given.some(cluster => cluster.prometheus === undefined)
  const prometheus = await answer(values.prometheus, {
    ask: isWanted ? ask : undefined,
    tell,
    question: 'URL of the Prometheus of all clusters that have none of their own; empty for none',
    flag: '--prometheus',
    usual: '',
    check: formed(/^$|^https?:\/\/[^\s/?#]+\S*$/, '--prometheus', 'Write an http or https URL'),
  })
  const clusters = given.length > 0 || !ask ? given : await askClusters(ask, tell, prometheus)
  return { organisation, url, registry, clusters: clusters.map(cluster => withPrometheus(cluster, prometheus)) }
}

const urls = /^(https:\/\/|ssh:\/\/|git@)[\w.~:/@%+-]*[\w/]$/

function checkUrl(text: string): void {
  formed(urls, '--url', 'Write an https or ssh URL')(text)
  if (!/^https:\/\/[^/]*@/.test(text)) return
  throw new ConfigurationError({
    problem: 'the URL holds credentials',
    place: { input: '--url' },
    cure: 'Leave them out: it stands in files, and Argo CD has its own',
  })
}

function withPrometheus(cluster: NewCluster, prometheus: string): NewCluster {
  return cluster.prometheus === undefined && prometheus !== '' ? { ...cluster, prometheus } : cluster
}

function formed(form: RegExp, flag: string, cure: string): (text: string) => void {
  return text => {
    if (form.test(text)) return
    throw new ConfigurationError({
      problem: 'has a form that is not understood',
      place: { input: flag },
      value: text,
      cure,
    })
  }
}
