import { BlockList, isIPv6 } from 'node:net'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { readDocument } from '../../../configuration/index.ts'
import { templateFiles } from '../../support/template.ts'

const block = z.object({ cidr: z.string(), except: z.array(z.string()).default([]) })
const peer = z.looseObject({ ipBlock: block.optional() })
const policy = z.object({
  spec: z.object({
    egress: z.array(
      z.object({
        to: z.array(peer),
        ports: z.array(z.object({ port: z.number(), protocol: z.string() })).optional(),
      }),
    ),
  }),
})

const egressOf = (file: string) => policy.parse(readDocument(templateFiles()[file] ?? '', file).value).spec.egress

/** Whether a policy lets a connection out to an address that is no pod's. */
function letsOut(file: string, protocol: string, address: string, port: number): boolean {
  return egressOf(file).some(
    ({ to, ports }) =>
      (ports?.some(each => each.port === port && each.protocol === protocol) ?? true) &&
      to.some(
        ({ ipBlock }) => ipBlock && isIn(ipBlock.cidr, address) && !ipBlock.except.some(each => isIn(each, address)),
      ),
  )
}

function isIn(cidr: string, address: string): boolean {
  const family = (text: string) => (isIPv6(text) ? 'ipv6' : 'ipv4')
  const [network = '', prefix] = cidr.split('/')
  const list = new BlockList()
  list.addSubnet(network, Number(prefix), family(network))
  return family(network) === family(address) && list.check(address, family(address))
}

const app = 'apps/storefront/base/network-policy.yaml'
const preview = 'platform/previews/isolation/network.yaml'

test.each([app, preview])('%s lets names be asked in the cluster and on the node, and nothing else there', file => {
  for (const resolver of ['169.254.169.254', '169.254.20.10']) {
    expect(['UDP', 'TCP'].filter(protocol => letsOut(file, protocol, resolver, 53))).toEqual(['UDP', 'TCP'])
    for (const port of [80, 443, 988]) expect(letsOut(file, 'TCP', resolver, port)).toBe(false)
  }
  // Whatever answers there: CoreDNS, kube-dns, or the cache, each with labels of its own.
  const inCluster = egressOf(file).find(({ ports }) => ports?.every(({ port }) => port === 53))?.to[0]
  expect(inCluster).toEqual({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } })
})

test.each([
  ['a public address', '198.51.100.7', true],
  ['the network around it', '10.1.2.3', false],
  ['the cluster of a provider’s', '100.64.1.2', false],
  ['the cloud’s metadata', '169.254.169.254', false],
  ['a pod’s own address on an IPv6 cluster, which is public', '2600:1f18:abcd::17', false],
  ['the cloud’s metadata by IPv6', 'fd00:ec2::254', false],
])('a preview and %s', (_, address, expected) => {
  expect(letsOut(preview, 'TCP', address, 443)).toBe(expected)
})
