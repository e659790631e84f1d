import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule'
import type { Manifest } from '../manifest.ts'
import { type App, metadataOf, ports, selectorOf } from './app.ts'

export type NetworkOptions = {
  /** What the app may call beside DNS; nothing when left out. */
  calls?: readonly INetworkPolicyEgressRule[]
}

/**
 * Who may reach the app, and whom it may reach: clients its port, Prometheus alone the observability port. The kubelet's
 * probes come from the node, which policies do not hold back.
 */
export function networkPolicy(app: App, { calls = [] }: NetworkOptions = {}): Manifest<INetworkPolicy> {
  return {
    resource: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadataOf(app),
      spec: {
        podSelector: { matchLabels: selectorOf(app) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { ports: [{ port: ports.service, protocol: 'TCP' }] },
          { from: [namespace('monitoring')], ports: [{ port: ports.observability, protocol: 'TCP' }] },
        ],
        egress: [
          {
            to: [
              namespace('kube-system'),
              ...resolversOnTheNode.map(address => ({ ipBlock: { cidr: `${address}/32` } })),
            ],
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
            ],
          },
          ...calls,
        ],
      },
    },
    comments: [
      { path: ['spec', 'ingress', 0], text: 'Clients, from anywhere.' },
      { path: ['spec', 'ingress', 1], text: 'Prometheus.' },
      {
        path: ['spec', 'egress', 0],
        text: `DNS, also where it is no pod: GKE's Cloud DNS, and a cache on the node. ${calls.length > 0 ? 'Then what it calls.' : 'What it calls goes here too.'}`,
      },
    ],
  }
}

/**
 * Where DNS is asked on the node itself, which no selector of pods matches: Cloud DNS on GKE, which answers where the
 * metadata are (on port 53 there are none), and NodeLocal DNSCache.
 */
const resolversOnTheNode = ['169.254.169.254', '169.254.20.10']

/** Every namespace has its name as a label. */
function namespace(name: string) {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }
}
