import fc from '../../support/property.ts'

export const apps = ['shop', 'till'] as const
export const clusters = ['dev', 'prod-a', 'prod-b', 'prod-c'] as const
const names = [...clusters, 'prod-x'] as const

/** A registry of clusters and apps with two ApplicationSets, as it is meant: what is written of it, and what comes of it. */
export type Registry = {
  /** Each cluster's file: with its label, without, or with nothing in it. */
  clusters: Readonly<Partial<Record<string, 'labelled' | 'unlabelled' | 'empty'>>>
  /** The folders `<app>/<cluster>`. */
  folders: readonly string[]
  /** The set of apps: for all, for the first alone, for paths that are not there, with other names, gone, or not taken. */
  apps: 'all' | 'first' | 'mistyped' | 'renamed' | 'gone' | 'not taken'
  /** The set that makes one Application for each cluster, or for each whose label is prod. */
  fleet: 'all' | 'selected' | 'mistyped' | 'gone'
  safety: 'kept' | 'sync' | 'unsaid' | 'not preserved' | 'no finalizer' | 'finalizer below'
}

export const start: Registry = {
  clusters: Object.fromEntries(clusters.map(name => [name, 'labelled' as const])),
  folders: apps.flatMap(app => clusters.map(cluster => `${app}/${cluster}`)),
  apps: 'all',
  fleet: 'all',
  safety: 'kept',
}

type Edit = (before: Registry) => Registry

/** What people do to the files of clusters: unlabel, empty and repair stop a set and let it go on. */
const onFile = fc
  .record({
    name: fc.constantFrom(...names),
    to: fc.constantFrom('labelled' as const, 'unlabelled' as const, 'empty' as const, undefined),
  })
  .map(
    ({ name, to }): Edit =>
      before => {
        const { [name]: _, ...others } = before.clusters
        return { ...before, clusters: to === undefined ? others : { ...others, [name]: to } }
      },
  )

const onFolder = fc
  .record({ app: fc.constantFrom(...apps, 'new'), cluster: fc.constantFrom(...names), isThere: fc.boolean() })
  .map(
    ({ app, cluster, isThere }): Edit =>
      before => {
        const others = before.folders.filter(each => each !== `${app}/${cluster}`)
        return { ...before, folders: isThere ? [...others, `${app}/${cluster}`] : others }
      },
  )

const onApp = fc.record({ from: fc.constantFrom(...apps), to: fc.constantFrom(...apps, 'new', undefined) }).map(
  ({ from, to }): Edit =>
    before => {
      const moved = before.folders.flatMap(each => {
        const [app = '', cluster = ''] = each.split('/')
        return app !== from ? each : to === undefined ? [] : `${to}/${cluster}`
      })
      return { ...before, folders: [...new Set(moved)] }
    },
)

const onSets = fc.oneof(
  fc.constantFrom<Registry['apps'][]>('all', 'first', 'mistyped', 'renamed', 'gone', 'not taken').map(
    (to): Edit =>
      before => ({ ...before, apps: to }),
  ),
  fc.constantFrom<Registry['fleet'][]>('all', 'selected', 'mistyped', 'gone').map(
    (to): Edit =>
      before => ({ ...before, fleet: to }),
  ),
  fc
    .constantFrom<Registry['safety'][]>('kept', 'sync', 'unsaid', 'not preserved', 'no finalizer', 'finalizer below')
    .map(
      (to): Edit =>
        before => ({ ...before, safety: to }),
    ),
)

const apply = (before: Registry, edits: readonly Edit[]) => edits.reduce((registry, edit) => edit(registry), before)

/** A registry that may be stopped already, and what a change makes of it. */
export const changes: fc.Arbitrary<{ base: Registry; head: Registry }> = fc
  .record({
    earlier: fc.array(fc.oneof(onFile, onFolder), { maxLength: 3 }),
    edits: fc.array(fc.oneof(onFile, onFolder, onApp, onSets), { minLength: 1, maxLength: 5 }),
    repairs: fc.boolean(),
  })
  .map(({ earlier, edits, repairs }) => {
    const base = apply(start, earlier)
    const clusters = Object.fromEntries(Object.keys(base.clusters).map(name => [name, 'labelled' as const]))
    return { base, head: apply(repairs ? { ...base, clusters } : base, edits) }
  })

const isProd = (name: string) => name !== 'dev'

/** What each set would make by the names of files and folders, were no label missing. */
export function meant({
  clusters,
  folders,
  apps: ofApps,
  fleet,
}: Registry): { set: string; name: string; on: string }[] {
  const files = Object.keys(clusters)
  const joined = folders.map(each => each.split('/')).filter(([, cluster = '']) => files.includes(cluster))
  const made = ofApps === 'first' ? joined.filter(([app]) => app === apps[0]) : joined
  const selected = files.filter(name => fleet === 'all' || (isProd(name) && clusters[name] === 'labelled'))
  return [
    ...(['mistyped', 'gone', 'not taken'].includes(ofApps) ? [] : made).map(([app = '', cluster = '']) => ({
      set: 'apps',
      name: `${ofApps === 'renamed' ? 'x.' : ''}${app}.${cluster}`,
      on: cluster,
    })),
    ...(['mistyped', 'gone'].includes(fleet) ? [] : selected).map(name => ({
      set: 'fleet',
      name: `on.${name}`,
      on: name,
    })),
  ]
}

/** Whether one of the labels that its Applications have is missing: then a set stops as a whole. */
export function isStopped(registry: Registry): boolean {
  return meant(registry).some(({ on }) => registry.clusters[on] !== 'labelled')
}

/** The files of a registry, with paths that begin at the root of a Git repository in which it is a folder. */
export function filesOf(registry: Registry, folder: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const [name, label] of Object.entries(registry.clusters)) {
    const labels = label === 'labelled' ? `environment: ${isProd(name) ? 'prod' : 'dev'}` : 'zone: a'
    files.set(`clusters/${name}.yaml`, label === 'empty' ? '' : `metadata: { name: ${name}, labels: { ${labels} } }\n`)
  }
  for (const each of registry.folders) {
    const [app = '', cluster = ''] = each.split('/')
    files.set(`apps/${app}/clusters/${cluster}/kustomization.yaml`, 'resources: []\n')
  }
  const at = folder === '' ? '' : `${folder}/`
  if (registry.apps !== 'gone') {
    const name = registry.apps === 'not taken' ? 'apps.yml' : 'team/apps.yaml' // a folder deep is taken, too
    files.set(`applicationsets/${name}`, setOf('apps', registry, ofApps(registry, at)))
  }
  if (registry.fleet !== 'gone')
    files.set('applicationsets/fleet.yaml', setOf('fleet', registry, ofFleet(registry, at)))
  return files
}

function ofApps({ apps: which }: Registry, at: string) {
  const folders = which === 'mistyped' ? 'aps/*' : which === 'first' ? `apps/${apps[0]}` : 'apps/*'
  const segment = at.split('/').length
  return {
    name: `${which === 'renamed' ? 'x.' : ''}{{ index .path.segments ${segment} }}.{{ .path.basename }}`,
    generator: {
      matrix: {
        generators: [
          git({ files: [{ path: `${at}clusters/*.yaml` }], pathParamPrefix: 'file' }),
          git({ directories: [{ path: `${at}${folders}/clusters/{{ trimSuffix ".yaml" .file.path.filename }}` }] }),
        ],
      },
    },
  }
}

function ofFleet({ fleet }: Registry, at: string) {
  const selector = { matchLabels: { 'metadata.labels.environment': 'prod' } }
  return {
    name: 'on.{{ trimSuffix ".yaml" .path.filename }}',
    generator: {
      ...git({ files: [{ path: `${at}${fleet === 'mistyped' ? 'clutsers' : 'clusters'}/*.yaml` }] }),
      ...(fleet === 'selected' && { selector }),
    },
  }
}

function git(of: object): object {
  return { git: { repoURL: 'https://github.com/acme/gitops.git', revision: 'main', ...of } }
}

function setOf(name: string, { safety }: Registry, of: { name: string; generator: object }): string {
  const finalizer = 'resources-finalizer.argocd.argoproj.io'
  const syncPolicy = {
    applicationsSync: safety === 'sync' ? 'sync' : 'create-update',
    preserveResourcesOnDeletion: safety !== 'not preserved',
  }
  return JSON.stringify({
    kind: 'ApplicationSet',
    metadata: { name, ...(safety !== 'no finalizer' && { finalizers: [finalizer] }) },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      ...(safety !== 'unsaid' && { syncPolicy }),
      generators: [of.generator],
      template: {
        metadata: {
          name: of.name,
          labels: { environment: '{{ .metadata.labels.environment }}' },
          ...(safety === 'finalizer below' && { finalizers: [finalizer] }),
        },
      },
    },
  })
}
