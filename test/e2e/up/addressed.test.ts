import { expect, test } from '@jest/globals'
import { templateFiles } from '../../support/template.ts'
import { addressed } from '../simulator/addressed.ts'
import { templateApps, templateClusters } from '../simulator/template.ts'
import { released } from './sources.ts'

test('what is up has no address left that the template gives as an example', async () => {
  const traffic = { prometheus: 'http://prometheus', balancer: '', statistics: '', runtime: 'unix:/haproxy.sock' }
  const access = { token: '', ca: '', kubeconfig: '', serviceAccountKey: '', client: nobody }
  const names = await templateClusters()
  const clusters = Object.fromEntries(names.map(name => [name, { name, server: `https://${name}.here`, ...access }]))
  const image = { name: 'registry/app', tag: 'sha-1', digest: `sha256:${'1'.repeat(64)}` }
  const apps = await templateApps()
  const sources = apps.map(app => ({ app, url: 'file:///source', first: image, good: image, bad: image }))

  const files = released(addressed(templateFiles(), clusters, traffic), sources)

  const left = Object.entries(files).flatMap(([file, text]) => {
    if (!/^(apps|clusters|platform\/previews)\/|^fleet\.yaml$/.test(file)) return []
    return examples.filter(example => text.includes(example)).map(example => `${file}: ${example}`)
  })
  expect(left).toEqual([])
  expect(Object.keys(files).sort()).toEqual(Object.keys(templateFiles()).sort())
})

const examples = [
  ...['kubernetes.example', 'prometheus.example', 'prometheus-operated.monitoring', '/run/haproxy/admin.sock'],
  ...['ghcr.io/acme', 'sha-000000000000', `sha256:${'0'.repeat(64)}`],
]

const unused = () => Promise.reject(new Error('nothing is asked'))
const nobody = {
  ...{ request: unused, apply: unused, patch: unused, get: unused, list: unused, remove: unused },
  close() {},
}
