import { connect } from 'node:net'
import { ConfigurationError } from '../../configuration/index.ts'
import { type LoadBalancer, LoadBalancerError } from './load-balancer.ts'
import { look, readServers } from './servers.ts'

/** Where HAProxy's runtime API listens (`stats socket` in its configuration). */
export type RuntimeAddress = { path: string } | { host: string; port: number }

/** Reads `unix:/path` or `tcp:host:port`, as fleet.yaml writes it. Throws a RangeError for anything else. */
export function parseRuntimeAddress(text: string): RuntimeAddress {
  const [, path] = /^unix:(\/.+)$/.exec(text) ?? []
  if (path !== undefined) return { path }
  const [, host, port] = /^tcp:([A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? []
  if (host !== undefined && Number(port) > 0 && Number(port) < 65536) return { host, port: Number(port) }
  throw new RangeError(`not unix:/path or tcp:host:port: ${JSON.stringify(text)}`)
}

/**
 * HAProxy through its runtime API (management.txt, "Unix Socket commands"), which changes weights and states without a
 * reload: reloads reset connections. The servers of `backend` are named as the clusters. `timeout` is milliseconds for
 * one command.
 */
export function haproxy(address: RuntimeAddress, backend: string, timeout = 5000): LoadBalancer {
  const ask = (command: string) => send(address, command, timeout)
  /** A command that answers with an empty line when it worked, and with a sentence when not. */
  const tell = async (command: string) => {
    const answer = (await ask(command)).trim()
    if (answer === 'Permission denied') throw onlyReadable(address, command, answer)
    if (answer !== '') throw new LoadBalancerError(`HAProxy refused "${command}": ${answer}`)
  }
  const named = (server: string) => `${word(backend)}/${word(server)}`
  return {
    servers: async () => readServers(await ask(look(word(backend))), backend),
    setWeight: async (server, weight) => tell(`set server ${named(server)} weight ${weight}`),
    drain: async server => tell(`set server ${named(server)} state drain`),
    ready: async server => tell(`set server ${named(server)} state ready`),
  }
}

/** Sockets of the levels `user` and `operator` answer all that is asked and refuse to set anything. */
function onlyReadable(address: RuntimeAddress, command: string, answer: string): ConfigurationError {
  return new ConfigurationError({
    problem: `HAProxy's runtime API at ${nameOf(address)} refused "${command}"`,
    value: answer,
    cure: 'Give this socket the right to set weights, in the section global of haproxy.cfg: stats socket … level admin',
  })
}

function nameOf(address: RuntimeAddress): string {
  return 'path' in address ? address.path : `${address.host}:${address.port}`
}

/** A name that cannot end one command and begin another. */
function word(name: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name)) throw new LoadBalancerError(`not a name in HAProxy: ${JSON.stringify(name)}`)
  return name
}

function send(address: RuntimeAddress, command: string, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string, cause?: unknown) => {
      socket.destroy()
      reject(new LoadBalancerError(`HAProxy's runtime API at ${nameOf(address)} ${problem}`, { cause }))
    }
    const chunks: Buffer[] = []
    const socket = connect(address, () => socket.write(`${command}\n`))
    socket.setTimeout(timeout, () => fail(`did not answer within ${timeout} ms`))
    socket.on('error', error => fail(`cannot be reached: ${error.message}`, error))
    socket.on('data', chunk => chunks.push(Buffer.from(chunk)))
    // Even a command that says nothing is answered by an empty line.
    socket.on('end', () => {
      if (chunks.length === 0) fail('closed the line without an answer')
      else resolve(Buffer.concat(chunks).toString())
    })
  })
}
