import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunCommand, runCommand, silentLog, systemClock } from '../../../host/index.ts'
import { type BuildInputs, type BuildOutcome, build, parseBuildInputs } from '../../../steps/build/index.ts'
import { buildInputs } from '../../support/build-inputs.ts'
import type { Site } from '../simulator/index.ts'
import type { Environment } from './daemons.ts'

/** A checkout that is built with buildx. */
export type Checkout = {
  folder: string
  /** What the builds said. */
  readonly said: string[]
  readonly warnings: string[]
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>
  commit(): Promise<void>
  build(env: Environment, inputs: Partial<BuildInputs>): Promise<BuildOutcome>
}

const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org']

/** Makes a checkout with these files, committed. */
export async function createCheckout(site: Site, files: Readonly<Record<string, string | Buffer>>): Promise<Checkout> {
  const folder = await mkdtemp(join(site.folder, 'checkout-'))
  const said: string[] = []
  const warnings: string[] = []
  const succeed = async (...args: string[]) => {
    const { code, stderr } = await runCommand('git', args, { cwd: folder, env: { ...process.env, ...git } })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  }
  const checkout: Checkout = {
    folder,
    said,
    warnings,
    async write(changed) {
      for (const [path, content] of Object.entries(changed)) {
        await mkdir(join(folder, path, '..'), { recursive: true })
        await writeFile(join(folder, path), content, { mode: 0o755 })
      }
    },
    async commit() {
      await succeed('add', '--all')
      await succeed(...identity, 'commit', '-q', '--allow-empty', '-m', 'change')
    },
    async build(env, inputs) {
      const run: RunCommand = (program, args, options) =>
        runCommand(program, args, { ...options, env: { ...env, ...git } })
      const request = await parseBuildInputs({ ...nothing, ...inputs }, { base: folder, within: folder })
      return build(request, {
        run,
        fetch,
        clock: systemClock,
        log: { ...silentLog, info: line => void said.push(line), warning: line => void warnings.push(line) },
        signal: new AbortController().signal,
        temporary: tmpdir(),
        credentials: async () => new Map(),
        env,
      })
    },
  }
  await succeed('init', '-q')
  await succeed('remote', 'add', 'origin', 'https://github.com/acme/coolkit')
  await checkout.write(files)
  await checkout.commit()
  return checkout
}

/** Gives a file another time, as another checkout would. */
export function touch({ folder }: Checkout, path: string, seconds: number): Promise<void> {
  return utimes(join(folder, path), seconds, seconds)
}

const nothing: BuildInputs = { ...buildInputs, builder: 'buildx' }
