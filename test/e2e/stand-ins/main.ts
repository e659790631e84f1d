// What the fleet lacks because its pods run nothing: `node main.ts CONFIG`, a JSON file with the clusters. For each it
// answers as the apps of its Ready pods would, tells Prometheus what it answered, and scales as KEDA would.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { kubernetesClient } from '../simulator/client.ts'
import { serveApps } from './apps.ts'
import { startLoad } from './load.ts'
import { followPods } from './pods.ts'
import { keepScaled } from './scaler.ts'

const configuration = z.object({
  clusters: z.array(
    z.object({
      name: z.string(),
      server: z.string(),
      token: z.string(),
      ca: z.string(),
      /** Where its apps answer. */
      port: z.number(),
    }),
  ),
  /** Where requests are sent all the time, how many a second, and for which apps. */
  load: z.array(z.object({ url: z.string(), rate: z.number(), app: z.string() })),
})

const { clusters, load } = configuration.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
for (const { port, name, ...access } of clusters) {
  const client = kubernetesClient(access)
  serveApps({ cluster: name, port, pods: followPods(client) })
  keepScaled(client)
}
for (const stream of load) startLoad(stream)
