import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenRepository, openRepository, type RepositoryOptions } from '../../../gitops/repository/index.ts'
import { runCommand, silentLog, systemClock } from '../../../host/index.ts'
import {
  type BareRepository,
  createRepository,
  type GitServer,
  type Hooks,
  type Seed,
  startGitServer,
} from '../../support/git/index.ts'

export const committer = { name: 'Stovepipe', email: 'stovepipe@example.com' }

export const ports = {
  run: runCommand,
  clock: systemClock,
  log: silentLog,
  environment: { PATH: process.env.PATH, HOME: tmpdir(), GIT_CONFIG_NOSYSTEM: '1' },
  temporary: tmpdir(),
}

/** A repository behind a real Git server; everything is gone when the block that uses it ends. */
export type World = AsyncDisposable & {
  folder: string
  server: GitServer
  bare: BareRepository
  url: string
  open(options?: Partial<RepositoryOptions>): Promise<OpenRepository>
}

export async function world(
  files: Readonly<Record<string, Seed>>,
  { format = 'sha1', ...hooks }: Hooks & { format?: 'sha1' | 'sha256' } = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'stovepipe-test-'))
  const bare = await createRepository(join(folder, 'acme', 'gitops.git'), files, { format })
  const server = await startGitServer(folder, hooks)
  const url = `${server.url}/acme/gitops.git`
  const opened: OpenRepository[] = []
  return {
    folder,
    server,
    bare,
    url,
    async open(options = {}) {
      const defaults = { repository: url, branch: 'main', directory: '.', committer, timeout: 20_000 }
      const repository = await openRepository({ ...defaults, ...options }, { ...ports, temporary: folder })
      opened.push(repository)
      return repository
    },
    async [Symbol.asyncDispose]() {
      for (const repository of opened) await repository.close()
      await server.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
