import { expect, test } from '@jest/globals'
import { permitsDestination, permitsKind, projectSchema } from '../../../gitops/projects/index.ts'

const project = (spec: unknown) => projectSchema.parse({ kind: 'AppProject', metadata: { name: 'x' }, spec })
const shop = { name: 'prod-a', server: 'https://prod-a.example', namespace: 'shop' }

test.each([
  [[], false],
  [[{ name: '*', namespace: 'shop' }], true],
  [[{ name: '*', namespace: 'shop-*' }], false],
  [[{ name: 'prod-?', namespace: 'sh*' }], true],
  [[{ name: '{prod,lab}-[a-c]', namespace: '*' }], true],
  [[{ name: 'prod-[!a]', namespace: '*' }], false],
  [[{ server: 'https://*.example', namespace: 'shop' }], true],
  [[{ server: 'https://prod-aXexample', namespace: 'shop' }], false],
  [[{ namespace: 'shop' }], false],
  [[{ name: '*' }], false],
  [[{ name: '!dev', namespace: 'shop' }], true],
  [
    [
      { name: '*', namespace: 'shop' },
      { name: '!prod-a', namespace: 'shop' },
    ],
    false,
  ],
  [
    [
      { server: '*', namespace: '*' },
      { server: '*', namespace: '!shop' },
    ],
    false,
  ],
])('destinations %j let it go: %j', (destinations, isPermitted) => {
  expect(permitsDestination(project({ destinations }), shop)).toBe(isPermitted)
})

const service = { group: '', kind: 'Service' }
const role = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' }
const custom = { group: 'example.com', kind: 'Thing' }
const all = [{ group: '*', kind: '*' }]

test.each([
  [{}, { service: true, role: false, custom: true }],
  [{ namespaceResourceWhitelist: [] }, { service: false, role: false, custom: false }],
  [{ namespaceResourceWhitelist: all }, { service: true, role: false, custom: true }],
  [
    { namespaceResourceWhitelist: [], clusterResourceWhitelist: all },
    { service: false, role: true, custom: true },
  ],
  [{ namespaceResourceBlacklist: [{ group: '', kind: 'Serv*' }] }, { service: false, role: false, custom: true }],
  [
    { clusterResourceWhitelist: all, clusterResourceBlacklist: [{ group: 'rbac*', kind: '*' }] },
    { service: true, role: false, custom: true },
  ],
])('%j allows %j', (spec, allowed) => {
  const found = project(spec)
  const [ofService, ofRole, ofCustom] = [service, role, custom].map(kind => permitsKind(found, kind))
  expect({ service: ofService, role: ofRole, custom: ofCustom }).toEqual(allowed)
})
