import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

/** Starts Debian's registry on loopback and gives its `address:port`. */
export function startSiteRegistry(site: Site): Promise<string> {
  return withFreePorts(1, async port => {
    const host = `127.0.0.1:${port}`
    const file = join(site.folder, 'registry.conf') // JSON is YAML
    const storage = { filesystem: { rootdirectory: join(site.folder, 'images') } }
    await writeFile(file, JSON.stringify({ version: 0.1, log: { level: 'warn' }, storage, http: { addr: host } }))
    await site.start({
      name: 'registry',
      program: 'docker-registry',
      args: ['serve', file],
      ready: async () => (await fetch(`http://${host}/v2/`)).ok,
    })
    return host
  })
}
