import { ConfigurationError } from '../../configuration/index.ts'
import { CommandNotFoundError, type CommandResult, type Log, type RunCommand } from '../../host/index.ts'
import type { Address } from './address.ts'

/** A secret, or where to get one: asked before each call to the server, because tokens expire within a long gate. */
export type Token = string | (() => string | Promise<string>)

export type GitOptions = {
  run: RunCommand
  log: Log
  /** The environment that Git's own is made from: PATH, HOME, proxies, certificates, the SSH agent. */
  environment: Readonly<Record<string, string | undefined>>
  /** The bare repository that commands work on, and are started in. */
  folder: string
  address: Address
  token?: Token | undefined
  /** Milliseconds one call to the server may take. */
  timeout: number
}

/** The `git` program on one bare repository, apart from the user's hooks, signing and (with a token) credentials. */
export type Git = {
  /** Runs a command that needs no server and gives its standard output; rejects when it fails. */
  local(args: readonly string[], input?: string): Promise<string>
  /** The same for a command whose failure is an answer. */
  ask(args: readonly string[], input?: string): Promise<CommandResult>
  /** Runs a command that talks to the server, with the token in its environment; a failure is an answer. */
  remote(args: readonly string[]): Promise<CommandResult>
}

/**
 * Binds the `git` program to a folder and a server. The token travels in `GIT_CONFIG_*` variables as an extra header
 * that belongs to this URL alone: never in an argument, a file, a log line or an error.
 */
export function bindGit({ run, log, environment, folder, address, token, timeout }: GitOptions): Git {
  const secrets = new Set<string>()
  const base = inherited(environment)
  if (token !== undefined && /^http:\/\/(?!127\.|localhost[:/]|\[::1\])/.test(address.url)) {
    log.warning(`the token travels to ${address.url} unencrypted: use https`)
  }

  async function start(args: readonly string[], config: readonly Setting[], input: string | undefined, limit: number) {
    const began = `git ${args[0] ?? ''}`
    try {
      const env = { ...base, ...fixed, GIT_DIR: folder, ...asEnvironment([...settings, ...config]) }
      const options = { cwd: folder, env, timeout: limit, ...(input === undefined ? {} : { input }) }
      const result = await run('git', args, options)
      // a run that waits reads the head all the time: what went well would drown everything else
      if (result.code !== 0)
        log.debug(`${began}: ${result.code === null ? `ended by ${result.signal}` : `exit code ${result.code}`}`)
      return { ...result, stderr: redact(result.stderr, secrets) }
    } catch (error) {
      if (!(error instanceof CommandNotFoundError)) throw error
      throw new ConfigurationError({
        problem: 'git could not be started',
        cure: 'Install Git 2.31 or newer',
        cause: error,
      })
    }
  }

  async function local(args: readonly string[], input?: string) {
    const result = await start(args, [], input, localTimeout)
    if (result.code === 0) return result.stdout
    throw new Error(`git ${args[0] ?? ''} failed (${result.code ?? result.signal}): ${printable(result.stderr)}`)
  }

  return {
    local,
    ask: (args, input) => start(args, [], input, localTimeout),
    async remote(args) {
      const secret = typeof token === 'function' ? await token() : token
      return start(args, [...patience(timeout), ...credentials(address, secret, secrets)], undefined, timeout)
    },
  }
}

/** Makes text from Git or a server fit for one line of a message: no control characters, no end. */
export function printable(text: string): string {
  const lines = text.split(/[\r\n]+/).map(line => line.replace(/\p{Cc}|\p{Cf}|[\u2028\u2029]/gu, ' ').trim())
  const joined = lines.filter(line => line !== '').join('; ')
  return joined.length > 600 ? `${joined.slice(0, 600)}…` : joined
}

type Setting = readonly [key: string, value: string]

const localTimeout = 120_000

/** English messages, no questions: a missing credential must fail at once, not wait for a person. */
const fixed = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GIT_NO_REPLACE_OBJECTS: '1' }

/** Set for every command; the environment has the last word over the system's and the user's own configuration. */
const settings: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['push.gpgSign', 'false'],
  ['push.followTags', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'no'],
  ['fetch.prune', 'false'],
  ['gc.auto', '0'], // a commit that no ref holds may still be the parent of the next write
  ['maintenance.auto', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.https.allow', 'always'],
  ['protocol.http.allow', 'always'],
  ['protocol.ssh.allow', 'always'],
  ['protocol.file.allow', 'always'],
]

/** Of Git's own variables only those that say how to reach a server: GIT_DIR, GIT_INDEX_FILE, … would redirect us. */
const kept = /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|EXEC_PATH|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM))$/

function inherited(environment: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^GIT_/i.test(name) || kept.test(name)))
}

function patience(timeout: number): Setting[] {
  return [
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', String(Math.max(1, Math.ceil(timeout / 1000)))],
  ]
}

function asEnvironment(config: readonly Setting[]): Record<string, string> {
  const pairs = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(config.length), ...Object.fromEntries(pairs) }
}

/**
 * The way actions/checkout does it. The whole URL is the key because Git prefers the most specific one; the empty
 * value before drops what the user's configuration would add, as two Authorization headers are refused.
 */
function credentials(address: Address, token: string | undefined, secrets: Set<string>): Setting[] {
  if (token === undefined || token === '' || address.kind !== 'http') return []
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new ConfigurationError({
      problem: 'the token holds a character that no token has',
      place: { input: 'token' },
      cure: 'Check for spaces and line ends around it',
    })
  }
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  secrets.add(token).add(basic)
  const header = `http.${address.url}.extraheader`
  return [
    ['credential.helper', ''],
    [header, ''],
    [header, `AUTHORIZATION: basic ${basic}`],
  ]
}

function redact(text: string, secrets: ReadonlySet<string>): string {
  return [...secrets].reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}
