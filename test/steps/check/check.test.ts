import { expect, test } from '@jest/globals'
import { formatPlace } from '../../../configuration/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { templateFiles } from '../../support/template.ts'
import { cleanRepository } from './repository.ts'

const composed = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: gate }
spec: { templates: [{ templateName: errors }] }
`

type Edit = (files: Record<string, string>) => void

async function findings(edit: Edit): Promise<string[]> {
  const files = cleanRepository()
  edit(files)
  const found = await checkRepository(filesTree(new Map(Object.entries(files))))
  return found.map(({ place, severity, rule }) => `${formatPlace(place)}: ${severity} ${rule}`)
}

/** Replaces a text that must be there. */
const replace =
  (file: string, from: string, to: string): Edit =>
  files => {
    if (!files[file]?.includes(from)) throw new Error(`${file} does not hold ${from}`)
    files[file] = files[file].replace(from, to)
  }
const remove =
  (prefix: string): Edit =>
  files => {
    for (const path of Object.keys(files)) if (path.startsWith(prefix)) delete files[path]
  }
const write =
  (file: string, text: string): Edit =>
  files => {
    files[file] = text
  }
const rename =
  (from: string, to: string): Edit =>
  files => {
    files[to] = files[from] ?? ''
    delete files[from]
  }

const pipeline = 'apps/coolkit/pipeline.yaml'
const attestation = `  attestation:
    signer: https://github.com/acme/kit/.github/workflows/release.yml
    source: https://github.com/acme/coolkit
`
const set = 'applicationsets/apps.yaml'
const finalizer = 'resources-finalizer.argocd.argoproj.io'
const canary = 'clusters/prod-eu1-a.yaml'
const folder = 'apps/coolkit/clusters/prod-eu1-a'
const inCanary = `${folder}/kustomization.yaml`
const copies = ['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'].map(
  name => `apps/coolkit/clusters/${name}/base: warning edited-base`,
)
const record = (tag: string) => `apiVersion: stovepipe.dev/v1alpha1
kind: Release
metadata: { name: coolkit }
spec:
  clusters: { prod-eu1-a: { pin: { to: r, from: none, at: 2026-05-01T10:00:00.000Z, parent: ${'a'.repeat(40)} } } }
  releases: { r: { repository: ghcr.io/acme/coolkit, tag: ${tag}, digest: 'sha256:${'0'.repeat(64)}', base: ${'b'.repeat(40)} } }
`

test('a repository in which nothing is wrong has no findings', async () => {
  expect(await findings(() => {})).toEqual([])
})

test('nor has the template', async () => {
  expect(await checkRepository(filesTree(new Map(Object.entries(templateFiles()))))).toEqual([])
})

test.each<[what: string, edit: Edit, found: string[]]>([
  ['a file that is no YAML', write('platform/x.yaml', 'a: [\n'), ['platform/x.yaml:2:1: error invalid-yaml']],
  [
    'an unknown key of a cluster',
    replace(canary, '  role:', '  rolle: x\n  role:'),
    [
      `${folder}: error unknown-cluster`,
      `${pipeline}:9:13: error empty-wave`,
      'clusters: warning no-active-canary',
      `${canary}:7:3: error invalid-file`,
    ],
  ],
  ['a share that is none', replace('fleet.yaml', 'Share: 5', 'Share: 500'), ['fleet.yaml:5:16: error invalid-file']],
  [
    'two clusters with one API server',
    replace('clusters/prod-eu1-b.yaml', 'https://prod-eu1-b', 'https://prod-eu1-a'),
    ['clusters/prod-eu1-b.yaml:9:11: error same-server'],
  ],
  [
    'one API server written in two ways',
    replace('clusters/prod-eu1-b.yaml', 'https://prod-eu1-b.example', 'https://PROD-eu1-a.example:443/'),
    ['clusters/prod-eu1-b.yaml:9:11: error same-server'],
  ],
  [
    'ports that there are not',
    files => {
      replace('fleet.yaml', 'unix:/run/haproxy/admin.sock', 'tcp:balancer.example:99999')(files)
      replace('clusters/dev.yaml', 'state: active', 'state: active\n  ingress: dev.example:65536')(files)
    },
    [
      'apps/coolkit/clusters/dev: error unknown-cluster',
      `${pipeline}:7:13: error empty-wave`,
      'clusters/dev.yaml:8:12: error invalid-file',
      'fleet.yaml:6:43: error invalid-file',
    ],
  ],
  [
    'a cluster without a label that ApplicationSets use',
    replace(canary, 'environment: prod, ', ''),
    ['applicationsets/apps.yaml:6:1: error applicationset-stopped', `${canary}:5:3: error cluster-label`],
  ],
  [
    'a cluster without a label that the template looks for first',
    files => {
      replace(canary, 'environment: prod, ', '')(files)
      for (const file of Object.keys(files).filter(name => name.startsWith('applicationsets/'))) {
        files[file] = (files[file] ?? '').replaceAll(
          /\{\{ ?\.metadata\.labels\.environment ?\}\}/g,
          '{{ if hasKey .metadata.labels `environment` }}{{ .metadata.labels.environment }}{{ end }}',
        )
      }
    },
    [],
  ],
  [
    'a generator that finds nothing',
    replace(set, 'path: apps/*/clusters/*', 'path: aps/*/clusters/*'),
    [`${set}:13:13: error generator-finds-nothing`],
  ],
  [
    'a generator that finds nothing for any of the other',
    replace(set, 'path: "clusters/', 'path: "clutsers/'),
    [`${set}:17:13: error generator-finds-nothing`],
  ],
  ['a set that deletes', replace(set, 'create-update', 'sync'), [`${set}:9:17: error applicationset-deletes`]],
  [
    'a set that does not say what it deletes',
    replace(set, '  syncPolicy: { applicationsSync: create-update, preserveResourcesOnDeletion: true }\n', ''),
    [`${set}:7:3: error applicationset-deletes`, `${set}:7:3: error applicationset-deletes`],
  ],
  [
    'a set whose Applications delete what they run',
    files => {
      replace(set, 'preserveResourcesOnDeletion: true', 'preserveResourcesOnDeletion: false')(files)
      replace(set, '      labels:', `      finalizers: [${finalizer}/background]\n      labels:`)(files)
    },
    [`${set}:9:50: error applicationset-deletes`, `${set}:25:7: error applicationset-deletes`],
  ],
  [
    'a set that takes its Applications along',
    replace(set, `  finalizers: [${finalizer}]\n`, ''),
    [`${set}:4:3: error applicationset-deletes`],
  ],
  [
    'a set that deletes, and waits for pull requests beside',
    files => {
      replace(set, 'create-update', 'sync')(files)
      replace(set, '  template:', '    - pullRequest: { github: { owner: a, repo: b } }\n  template:')(files)
    },
    [`${set}:6:1: warning previews-unknown`, `${set}:9:17: error applicationset-deletes`],
  ],
  [
    'a set that is not understood, and deletes',
    replace(set, '  generators:', '  strategy: {}\n  generators:'),
    [`${set}:6:1: warning applicationset-unknown`],
  ],
  [
    'sets of one name',
    files => {
      files['projects/deep/more.yaml'] = files[set] ?? ''
    },
    [
      ...copies.map(() => 'applicationsets: error application-name'),
      'projects/deep/more.yaml:4:9: error applicationset-twice',
    ],
  ],
  [
    'a set that stands where Argo CD does not look',
    rename(set, 'applicationsets/apps.yml'),
    ['applicationsets/apps.yml: error not-included'],
  ],
  [
    'sets in a list',
    files => {
      files['applicationsets/team/more.yaml'] = 'kind: ApplicationSetList\nspec: {}\nitems: []\n'
    },
    ['applicationsets/team/more.yaml:2:1: warning applicationset-unknown'],
  ],
  [
    'a cluster behind the load balancer that is reached nowhere',
    replace(canary, '  ingress: prod-eu1-a.example:443\n', ''),
    [`${canary}:6:1: warning no-ingress`],
  ],
  [
    'clusters that gates judge, and no Prometheus to ask',
    files => {
      for (const name of ['dev', 'prod-eu1-a'])
        replace(`clusters/${name}.yaml`, '  prometheus: https://prometheus.example\n', '')(files)
    },
    ['clusters/dev.yaml:6:1: warning no-prometheus', `${canary}:6:1: warning no-prometheus`],
  ],
  [
    'a cluster behind the load balancer that no wave selects',
    files => {
      replace(pipeline, '{ role: primary }', '{ role: primary, matchLabels: { environment: prod } }')(files)
      replace('clusters/prod-eu1-c.yaml', 'environment: prod', 'environment: production')(files)
    },
    ['clusters/prod-eu1-c.yaml:5:3: warning cluster-in-no-wave'],
  ],
  [
    'attestations asked for, and no authorities to trust',
    replace(pipeline, '  waves:', `${attestation}  waves:`),
    ['trusted-roots.jsonl: error trusted-roots'],
  ],
  [
    'authorities that are none',
    files => {
      replace(pipeline, '  waves:', `${attestation}  waves:`)(files)
      write('trusted-roots.jsonl', '{}\n')(files)
    },
    ['trusted-roots.jsonl: error trusted-roots'],
  ],
  [
    'a cluster file that Argo CD does not read',
    rename(canary, canary.replace('.yaml', '.yml')),
    ['clusters/prod-eu1-a.yml: error cluster-file-name'],
  ],
  [
    'a cluster file in a folder, which nobody reads',
    files => {
      files['clusters/eu1/prod-eu1-z.yaml'] = (files[canary] ?? '').replaceAll('prod-eu1-a', 'prod-eu1-z')
    },
    ['clusters/eu1/prod-eu1-z.yaml: error cluster-file-nested'],
  ],
  [
    'every canary drained',
    replace(canary, 'state: active', 'state: draining'),
    [`${pipeline}:9:13: warning inactive-wave`, 'clusters: warning no-active-canary'],
  ],
  [
    'a share that weights cannot give',
    replace('fleet.yaml', 'Share: 5', 'Share: 0.05'),
    ['fleet.yaml: warning share-not-exact'],
  ],
  [
    'a folder without a cluster',
    files => Object.assign(files, { 'apps/coolkit/clusters/gone/kustomization.yaml': files[inCanary] }),
    ['apps/coolkit/clusters/gone: error unknown-cluster'],
  ],
  ['a misspelt key of a pipeline', replace(pipeline, 'batch', 'batsh'), [`${pipeline}:16:7: error invalid-file`]],
  ['a wave that selects nothing', replace(pipeline, ': dev }', ': deb }'), [`${pipeline}:7:13: error empty-wave`]],
  [
    'primaries before the canary',
    replace(pipeline, 'role: canary', 'role: primary'),
    [
      `${pipeline}:9:13: error primary-before-canary`,
      `${pipeline}:14:13: error primary-before-canary`,
      `${canary}:5:3: warning cluster-in-no-wave`,
    ],
  ],
  [
    'a template that is not there',
    replace(pipeline, '[errors]', '[erors]'),
    [`${pipeline}:13:23: error unknown-template`],
  ],
  [
    'a query over the whole fleet',
    replace('analysis/errors.yaml', 'cluster="{{args.cluster}}"', 'zone="x"'),
    ['analysis/errors.yaml:5:18: warning unused-argument', 'analysis/errors.yaml:15:18: error fleet-wide-query'],
  ],
  [
    'a query over the whole fleet in a template that another one refers to',
    files => {
      replace('analysis/errors.yaml', 'cluster="{{args.cluster}}"', 'zone="x"')(files)
      replace(pipeline, '[errors]', '[gate]')(files)
      write('analysis/gate.yaml', composed)(files)
    },
    ['analysis/errors.yaml:5:18: warning unused-argument', 'analysis/errors.yaml:15:18: error fleet-wide-query'],
  ],
  [
    'a merge key in a template, which would be left out',
    replace('analysis/errors.yaml', 'count: 5', '<<: { count: 5 }'),
    ['analysis/errors.yaml:9:7: error invalid-template'],
  ],
  [
    'a trap in a template',
    replace('analysis/errors.yaml', 'count: 5', 'count: 0'),
    ['analysis/errors.yaml:8:17: warning interval-without-count'],
  ],
  ['no base', remove('apps/coolkit/base/'), ['apps/coolkit: error no-base', ...copies]],
  [
    'a file that base/ names and does not have',
    remove('apps/coolkit/base/service.yaml'),
    ['apps/coolkit/base/kustomization.yaml:4:5: error missing-file', ...copies],
  ],
  ['a copy of base/ that somebody edited', write(`${folder}/base/service.yaml`, 'kind: Service\n'), copies.slice(1, 2)],
  [
    'a folder that reads what is outside',
    replace(inCanary, '- base', '- ../../base'),
    [`${inCanary}:4:5: error reference-outside`],
  ],
  [
    'a folder that reads from a server',
    replace(inCanary, '- base', '- base\n  - github.com/acme/x?ref=v1'),
    [`${inCanary}:5:5: error reference-outside`],
  ],
  [
    'a pin that cannot be edited',
    replace(inCanary, '    newTag: sha-000000000000\n', ''),
    [`${inCanary}:6:5: error pin`],
  ],
  [
    'a kustomization without the image',
    replace(inCanary, 'name: ghcr.io/acme/coolkit\n    newName: ghcr.io/acme/coolkit', 'name: other'),
    [`${inCanary}:1:1: error pin`],
  ],
  ['no kustomization', rename(inCanary, `${folder}/other.yaml`), [`${folder}: error pin`]],
  [
    'a pin that differs from what the kit wrote',
    write('apps/coolkit/release.yaml', record('sha-111111111111')),
    [`${inCanary}: error edited-pin`],
  ],
  [
    'a record that cannot be read',
    write('apps/coolkit/release.yaml', 'kind: Release\n'),
    ['apps/coolkit/release.yaml:1:1: error invalid-file'],
  ],
  [
    'an app in no project',
    replace('projects/apps.yaml', 'coolkit', 'other'),
    ['apps/coolkit: error project-destination'],
  ],
  [
    'a kind that no project allows',
    replace('projects/apps.yaml', 'kind: Service', 'kind: Pod'),
    ['apps/coolkit/base/service.yaml:2:7: error project-kind'],
  ],
  ['an app without a namespace', remove('platform/namespaces/coolkit.yaml'), ['apps/coolkit: error no-namespace']],
  [
    'an app whose name is none',
    write('apps/Cool_Kit/base/kustomization.yaml', '{}\n'),
    ['apps/Cool_Kit', 'apps/Cool_Kit', 'apps/Cool_Kit'].map(
      (app, index) => `${app}: error ${['app-name', 'project-destination', 'no-namespace'][index]}`,
    ),
  ],
  [
    'a secret in plain text',
    write('platform/x.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\ndata:\n  a: Yg==\n'),
    ['platform/x.yaml:4:1: warning plain-secret'],
  ],
  [
    'a generated secret in plain text',
    replace(inCanary, 'configMapGenerator', 'secretGenerator'),
    [`${inCanary}:11:5: error project-kind`, `${inCanary}:12:15: warning plain-secret`],
  ],
])('%s is found where it is', async (_what, edit, found) => {
  expect(await findings(edit)).toEqual(found)
})
