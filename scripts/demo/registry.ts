import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../parts/parts.mjs'
import { freePort } from './network.ts'
import type { Processes } from './processes.ts'

/** Starts a registry on a free port of 127.0.0.1; gives its `host:port`. */
export async function startRegistry(processes: Processes, folder: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const host = `127.0.0.1:${await freePort('127.0.0.1')}`
    const settings = `${folder}/registry.yml`
    // JSON is YAML.
    writeFileSync(
      settings,
      JSON.stringify({
        version: 0.1,
        log: { level: 'warn', accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: `${folder}/registry` } },
        http: { addr: host },
      }),
    )
    const program = findProgram('docker-registry') ?? 'docker-registry'
    const running = processes.start('registry', program, ['serve', settings], { log: `${folder}/logs/registry.log` })
    for (let tries = 0; tries < 200 && !running.hasEnded(); tries++) {
      const ready = await fetch(`http://${host}/v2/`).then(
        response => response.ok,
        () => false,
      )
      if (ready) return host
      await sleep(50)
    }
    await running.stop()
    if (attempt === 5) throw new Error(`the registry does not start; see ${folder}/logs/registry.log`)
  }
}

/** The digest that the registry gives for a tag; undefined when it has no such tag. */
export async function digestOf(repository: string, tag: string): Promise<string | undefined> {
  const slash = repository.indexOf('/')
  const [host, path] = [repository.slice(0, slash), repository.slice(slash + 1)]
  const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
  const response = await fetch(`http://${host}/v2/${path}/manifests/${tag}`, { method: 'HEAD', headers: { accept } })
  return response.headers.get('docker-content-digest') ?? undefined
}
