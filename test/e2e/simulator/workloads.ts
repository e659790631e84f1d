import type { ApiServer } from './api-server.ts'
import { build } from './build.ts'
import { accepts, withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

/** The controllers that make pods of workloads and clean up; the others would only take time. */
const controllers = [
  ...['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob'],
  ...['endpointslice', 'disruption', 'namespace', 'garbage-collector'],
].map(name => `${name}-controller`)

/** Starts kube-controller-manager and kube-scheduler beside an API server: workloads get pods, and these a node. */
export async function startWorkloads(site: Site, { name, kubeconfig, serviceAccountKey }: ApiServer): Promise<void> {
  const common = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--authentication-skip-lookup', // how to know who asks: nobody asks them
  ]
  const start = async (program: 'kube-controller-manager' | 'kube-scheduler', args: readonly string[]) => {
    const path = await build(program)
    await withFreePorts(1, port =>
      site.start({
        name: `${name}-${program}`,
        program: path,
        args: [...common, ...args, `--secure-port=${port}`, `--cert-dir=${site.folder}/${name}/${program}`],
        ready: () => accepts(port),
      }),
    )
  }
  await start('kube-controller-manager', [
    `--controllers=${controllers.join(',')}`,
    `--service-account-private-key-file=${serviceAccountKey}`,
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ])
  await start('kube-scheduler', [])
}
