import { join } from 'node:path'
import { z } from 'zod'
import { moduleDirectory } from './build.ts'
import type { Client } from './client.ts'
import { readManifest, readManifests } from './manifests.ts'
import { eventually } from './wait.ts'

const definition = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish() }),
})

/**
 * Makes the CRDs that a component's module brings along in `path`, a folder or a file, and waits until they are served.
 * Not by server-side apply: with schemas as large as these it takes the server several times the work.
 */
export async function createCrds(client: Client, folder: string, module: string, path: string): Promise<void> {
  const brought = join(await moduleDirectory(folder, module), path)
  const crds = path.endsWith('.yaml') ? await readManifest(brought) : await readManifests(brought)
  const all = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict'
  await Promise.all(crds.map(crd => client.request('POST', all, crd)))
  for (const crd of crds) {
    await eventually(`the CRD ${crd.metadata.name} is served`, async () => {
      const { conditions } = definition.parse(await client.get(crd)).status
      return conditions?.some(({ type, status }) => type === 'Established' && status === 'True')
    })
  }
}
