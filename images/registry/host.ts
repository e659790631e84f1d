import { BlockList, isIPv4 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')

/** Whether `host` (with or without a port) is this machine: there registries speak plain HTTP, as docker has it. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && loopback.check(name))
}

/** Where a registry's API is. Docker Hub's goes by another name than its images. */
export function apiOf(registry: string): string {
  if (isLoopback(registry)) return `http://${registry}`
  return `https://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}`
}
