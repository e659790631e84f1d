import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type RunCommand, runCommand, silentLog, systemClock } from '../../../host/index.ts'
import {
  type BuildHost,
  type BuildInputs,
  type BuildOutcome,
  build,
  parseBuildInputs,
} from '../../../steps/build/index.ts'
import { buildInputs } from '../../support/build-inputs.ts'
import { buildahRoom, type FaultyRegistry, startFaultyRegistry, startRegistry } from '../../support/registry/index.ts'

/** A checkout, a real registry behind a proxy that counts and can fail, and buildah with a storage of its own. */
export type Workshop = {
  /** The checkout. */
  source: string
  registry: FaultyRegistry
  /** Where images go. */
  readonly repository: string
  /** Variables that the step has in its environment. */
  readonly secrets: Record<string, string>
  run: RunCommand
  /** Every program that ran, with its arguments. */
  readonly ran: string[]
  /** What the builds said, by level. */
  readonly said: { info: string[]; warning: string[] }
  write(files: Readonly<Record<string, string>>): Promise<void>
  git(...args: string[]): Promise<string>
  /** Commits everything that is there; gives the commit's id. */
  commit(message: string): Promise<string>
  build(inputs?: Partial<BuildInputs>, host?: Partial<BuildHost>): Promise<BuildOutcome>
  /** Forgets everything that was, and begins a checkout with these files and an image repository of its own. */
  begin(files: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

const identity = { NAME: 'a', EMAIL: 'a@example.org', DATE: '2026-03-04T05:06:07+01:00' }
const gitEnvironment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...Object.fromEntries(
    Object.entries(identity).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  ),
}

const inputsOf = (image: string): BuildInputs => ({ ...buildInputs, image })

export async function openWorkshop(): Promise<Workshop> {
  const upstream = await startRegistry()
  const registry = await startFaultyRegistry(upstream.host)
  const room = await buildahRoom()
  const source = await mkdtemp(join(tmpdir(), 'stovepipe-source-'))
  let name = 'none'
  const secrets: Record<string, string> = {}
  const ran: string[] = []
  const said = { info: [] as string[], warning: [] as string[] }
  const run: RunCommand = (program, args, options) => {
    ran.push([program, ...args].join(' '))
    const env = program === 'buildah' ? { ...room.env, ...secrets } : gitEnvironment
    return runCommand(program, args, { ...options, env })
  }
  const workshop: Workshop = {
    source,
    registry,
    get repository() {
      return `${registry.host}/acme/${name}`
    },
    secrets,
    run,
    ran,
    said,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(source, path)), { recursive: true })
        await writeFile(join(source, path), text)
      }
    },
    async git(...args) {
      const { code, stdout, stderr } = await runCommand('git', args, { cwd: source, env: gitEnvironment })
      if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
      return stdout.trim()
    },
    async commit(message) {
      await workshop.git('add', '--all')
      await workshop.git('commit', '-q', '--allow-empty', '-m', message)
      return workshop.git('rev-parse', 'HEAD')
    },
    async build(inputs = {}, host = {}) {
      const given = { ...inputsOf(workshop.repository), ...inputs }
      const request = await parseBuildInputs(given, { base: source, within: source })
      return build(request, {
        run,
        fetch,
        clock: systemClock,
        log: {
          ...silentLog,
          info: line => void said.info.push(line),
          warning: line => void said.warning.push(line),
        },
        signal: new AbortController().signal,
        temporary: tmpdir(),
        credentials: async () => new Map(),
        env: secrets,
        ...host,
      })
    },
    async begin(files) {
      name = `image-${Math.random().toString(36).slice(2)}`
      registry.fault = { kind: 'none' }
      registry.requests.length = 0
      for (const list of [ran, said.info, said.warning]) list.length = 0
      for (const variable of Object.keys(secrets)) delete secrets[variable]
      await rm(source, { recursive: true, force: true })
      await mkdir(source)
      await workshop.git('init', '-q', '-b', 'main')
      await workshop.git('remote', 'add', 'origin', 'https://github.com/acme/coolkit')
      await workshop.write(files)
      await workshop.commit('one')
    },
    async close() {
      await registry.stop()
      await upstream.stop()
      await room.remove()
      await rm(source, { recursive: true, force: true })
    },
  }
  return workshop
}
