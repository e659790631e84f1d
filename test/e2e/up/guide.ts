import type { Fleet } from '../simulator/fleet.ts'
import type { GitOpsRepository } from '../simulator/repository.ts'
import type { Traffic } from '../simulator/traffic.ts'
import type { Image, Source } from './sources.ts'

export type Up = {
  fleet: Fleet
  traffic: Traffic
  repository: GitOpsRepository
  sources: readonly Source[]
  kubeconfig: string
}

/** What a person reads who wants to look at what is up. */
export function howToLook({ fleet, traffic, repository, sources, kubeconfig }: Up): string {
  const { hub, clusters, argocd, logs } = fleet
  const promote = (app: string, { name, tag, digest }: Image) =>
    `  npx stovepipe promote --app ${app} --image ${name}:${tag}@${digest} --repository ${repository.folder} --observer kubernetes --kubeconfig ${kubeconfig} --context hub`
  return [
    'Kubernetes, one context per cluster and one for the hub; pods run nothing, but everything about them is real:',
    `  export KUBECONFIG=${kubeconfig}`,
    ...[hub, ...Object.values(clusters)].map(({ name, server }) => `  kubectl --context ${name} …   # ${server}`),
    'Argo CD: its API (its Go module has no pages, so there is no UI), and what it deploys:',
    `  ${argocd.url}   user admin, password ${argocd.password}`,
    '  kubectl --context hub -n argocd get applications',
    `The load balancer's statistics and where requests go in:   ${traffic.statistics}   ${traffic.balancer}/APP/`,
    `Prometheus, which knows what a program that stands in for the apps has answered:   ${traffic.prometheus}`,
    `The GitOps repository, to clone and push to:   ${repository.url}`,
    'Ship a release through the clusters; --verbose shows what it waits for, and stopped with Ctrl-C it goes on when it',
    'is called again:',
    ...sources.flatMap(({ app, good }) => [...length(app), promote(app, good)]),
    'Ship one that fails a fifth of its requests; an analysis finds it and it is taken back:',
    ...sources.map(({ app, bad }) => promote(app, bad)),
    `Logs: ${logs}`,
    '`npm run down` removes all of it.',
    '',
  ].join('\n')
}

/** How long a release takes by the gates of the template, and what takes the time. */
const lengths: Readonly<Record<string, string>> = {
  coolkit: 'about seven minutes: two of traffic on the canary cluster, then its analysis of four',
  storefront: 'about fifty minutes: ten of its own steps and six of analysis on each cluster but dev',
}

function length(app: string): string[] {
  const said = lengths[app]
  return said === undefined ? [] : [`  # ${app}: ${said}`]
}
