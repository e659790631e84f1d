import type { ApiServer } from './api-server.ts'
import { build } from './build.ts'
import { createCrds } from './crds.ts'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

/** Installs the CRDs of Argo Rollouts and starts its controller, quick enough for many AnalysisRuns at once. */
export async function startRollouts(site: Site, { name, kubeconfig, client }: ApiServer): Promise<void> {
  const program = await build('rollouts-controller')
  await createCrds(client, 'argo-rollouts', 'github.com/argoproj/argo-rollouts', 'manifests/crds')
  await withFreePorts(2, (metrics, health) =>
    site.start({
      name: `${name}-rollouts-controller`,
      program,
      args: [
        `--kubeconfig=${kubeconfig}`,
        '--leader-elect=false',
        `--metricsPort=${metrics}`,
        `--healthzPort=${health}`,
        '--qps=500',
        '--burst=1000',
      ],
      ready: async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok,
    }),
  )
}
