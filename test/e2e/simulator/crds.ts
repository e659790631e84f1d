import { join } from 'node:path'
import { z } from 'zod'
import { moduleDirectory } from './build.ts'
import type { Client } from './client.ts'
import { readManifest, readManifests } from './manifests.ts'
import { eventually } from './wait.ts'

const definition = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish() }),
})

/** Applies the CRDs that a component's module brings along in `path`, a folder or a file, and waits until they are served. */
export async function applyCrds(client: Client, folder: string, module: string, path: string): Promise<void> {
  const brought = join(await moduleDirectory(folder, module), path)
  for (const crd of path.endsWith('.yaml') ? await readManifest(brought) : await readManifests(brought)) {
    await client.apply(crd)
    await eventually(`the CRD ${crd.metadata.name} is served`, async () => {
      const { conditions } = definition.parse(await client.get(crd)).status
      return conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
    })
  }
}
