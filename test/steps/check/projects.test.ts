import { expect, test } from '@jest/globals'
import { formatPlace } from '../../../configuration/index.ts'
import { checkRepository } from '../../../steps/check/index.ts'
import { filesTree } from '../../../steps/folder/index.ts'
import { templateFiles } from '../../support/template.ts'

type Edit = [file: string, from: string | RegExp, to: string]

/** What is found in the template after these edits, each of which must change something. */
async function findings(...edits: readonly Edit[]): Promise<string[]> {
  const files = templateFiles()
  for (const [file, from, to] of edits) {
    const before = files[file] ?? ''
    files[file] = before === '' ? to : before.replace(from, to)
    if (files[file] === before) throw new Error(`${file} does not hold ${from}`)
  }
  const found = await checkRepository(filesTree(new Map(Object.entries(files))))
  return found.map(({ place, rule, problem, cure }) => `${formatPlace(place)}: ${rule}: ${problem}. ${cure}`)
}

const project = 'projects/apps.yaml'
const previews = 'projects/previews.yaml'
const inDev = 'apps/storefront/clusters/dev'
const base = 'apps/storefront/base'
const preview = 'platform/previews/storefront/kustomization.yaml'

test.each<[what: string, edits: Edit[], found: RegExp[]]>([
  [
    'a kind that only a cluster’s folder has',
    [
      [`${inDev}/kustomization.yaml`, '  - base\n', '  - base\n  - sealed-secret.yaml\n'],
      [`${inDev}/sealed-secret.yaml`, '', templateFiles()[`${inDev}/sealed-secret.example.yaml`] ?? ''],
    ],
    [
      /^apps\/storefront\/clusters\/dev\/sealed-secret.yaml:6:7: project-kind: the project apps allows no SealedSecret of bitnami.com, .*Add - \{ group: bitnami.com, kind: SealedSecret \} to namespaceResourceWhitelist in projects\/apps.yaml$/,
    ],
  ],
  [
    'a kind that is generated',
    [[project, / +- \{ group: "", kind: ConfigMap \}\n/, '']],
    [/^apps\/coolkit\/clusters\/dev\/kustomization.yaml:\d+:\d+: project-kind: the project apps allows no ConfigMap, /],
  ],
  [
    'a kind without a namespace',
    [
      [`${base}/kustomization.yaml`, '  - service.yaml\n', '  - service.yaml\n  - role.yaml\n'],
      [`${base}/role.yaml`, '', 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: x }\n'],
      [
        project,
        '    - { group: apps,',
        '    - { group: rbac.authorization.k8s.io, kind: ClusterRole }\n    - { group: apps,',
      ],
    ],
    [
      /base\/role.yaml:2:7: project-kind: .*no ClusterRole .*It is in no namespace: leave it to platform\/, or add .* to clusterResourceWhitelist in/,
      /previews allows no ClusterRole/,
      ...['dev', 'prod-eu1-a', 'prod-eu1-b', 'prod-eu1-c'].map(
        name => new RegExp(`clusters/${name}/base: edited-base`),
      ),
    ],
  ],
  [
    'kinds that previews have',
    [[previews, / +- \{ group: (apps|argoproj.io), kind: \w+ \}\n +- \{ group: argoproj.io, kind: \w+ \}\n/, '']],
    [
      /^apps\/coolkit\/base\/statefulset.yaml:2:7: project-kind: the project previews allows no StatefulSet of apps/,
      /^apps\/storefront\/base\/rollout.yaml:5:7: project-kind: the project previews allows no Rollout of argoproj.io/,
    ],
  ],
  [
    'a kind that previews generate',
    [[previews, / +- \{ group: "", kind: ConfigMap \}\n/, '']],
    [/^platform\/previews\/coolkit\/kustomization.yaml:8:5: project-kind: the project previews allows no ConfigMap/],
  ],
  [
    'the Namespace of previews',
    [[previews, / +- \{ group: "", kind: Namespace \}.*\n/, '']],
    [
      /^platform\/previews\/isolation\/namespace.yaml:3:7: project-kind: .* to clusterResourceWhitelist in projects\/prev/,
    ],
  ],
  [
    'a preview with nothing around it',
    [[preview, '  - ../isolation\n', '']],
    [
      /^platform\/previews\/storefront\/kustomization.yaml: preview-not-isolated: without Namespace preview, ResourceQuota preview, LimitRange preview, NetworkPolicy preview of networking.k8s.io, ServiceAccount default of /,
    ],
  ],
  [
    'a preview that deletes what is around it',
    [
      [
        preview,
        '        name: storefront\n  - patch: |\n      $patch: delete\n      apiVersion: policy',
        '        name: preview\n  - patch: |\n      $patch: delete\n      apiVersion: policy',
      ],
    ],
    [
      /preview-not-isolated: without NetworkPolicy preview of networking.k8s.io of/,
      /preview-network: NetworkPolicy storefront is there too, and what one allows, all allow/,
    ],
  ],
  [
    'a destination that is one cluster',
    [[project, '{ name: "*", namespace: coolkit }', '{ name: dev, namespace: coolkit }']],
    [
      /^apps\/coolkit: project-destination: the project apps lets nothing into the namespace coolkit of prod-eu1-a, prod-eu1-b, prod-eu1-c, so .*Add - \{ name: "\*", namespace: coolkit \} to the destinations in projects\/apps.yaml$/,
    ],
  ],
  ['a destination by a pattern', [[project, 'namespace: coolkit', 'namespace: "cool*"']], []],
  [
    'a destination by addresses',
    [[project, '{ name: "*", namespace: coolkit }', '{ server: "https://*", namespace: coolkit }']],
    [],
  ],
  [
    'a destination that is denied',
    [
      [
        project,
        '{ name: "*", namespace: coolkit }',
        '{ name: "*", namespace: coolkit }\n    - { name: "!dev", namespace: coolkit }',
      ],
    ],
    [/^apps\/coolkit: project-destination: .* of dev, so .*Add - \{ name: dev, /],
  ],
  [
    'previews on another cluster',
    [[previews, 'name: dev,', 'name: lab,']],
    [
      /^applicationsets\/previews.yaml:\d+:\d+: project-destination: .* of dev, so /,
      /preview-storefront-pr-1 of dev, so /,
    ],
  ],
  [
    'a project that is not there',
    [['applicationsets/namespaces.yaml', 'project: platform', 'project: plattform']],
    [
      /^applicationsets\/namespaces.yaml:\d+:\d+: project-destination: there is no project plattform in projects\/, .*Write one of: apps, platform, previews/,
    ],
  ],
])('%s is held to the project', async (_what, edits, found) => {
  expect(await findings(...edits)).toEqual(found.map(pattern => expect.stringMatching(pattern)))
})
