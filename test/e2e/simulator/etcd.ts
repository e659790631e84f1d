import { join } from 'node:path'
import { build } from './build.ts'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

/** Starts etcd on loopback and gives the address for its clients. One serves many API servers, each below a prefix. */
export async function startEtcd(site: Site): Promise<string> {
  const program = await build('etcd')
  return withFreePorts(2, async (clientPort, peerPort) => {
    const client = `http://127.0.0.1:${clientPort}`
    const peer = `http://127.0.0.1:${peerPort}`
    await site.start({
      name: 'etcd',
      program,
      args: [
        `--data-dir=${join(site.folder, 'etcd')}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
        '--log-level=warn',
        '--unsafe-no-fsync', // nothing here outlives the test
      ],
      ready: async () => (await (await fetch(`${client}/health`)).text()).includes('"true"'),
    })
    return client
  })
}
