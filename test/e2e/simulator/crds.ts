import { join } from 'node:path'
import { z } from 'zod'
import { moduleDirectory } from './build.ts'
import type { Client } from './client.ts'
import { readManifests } from './manifests.ts'
import { eventually } from './wait.ts'

const definition = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish() }),
})

/** Applies the CRDs that a component's module brings along in `path`, and waits until they are served. */
export async function applyCrds(client: Client, folder: string, module: string, path: string): Promise<void> {
  for (const crd of await readManifests(join(await moduleDirectory(folder, module), path))) {
    await client.apply(crd)
    await eventually(`the CRD ${crd.metadata.name} is served`, async () => {
      const { conditions } = definition.parse(await client.get(crd)).status
      return conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
    })
  }
}
