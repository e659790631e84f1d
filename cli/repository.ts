import { type OpenRepository, openRepository, type RepositoryOptions } from '../gitops/repository/index.ts'
import type { Context } from './command.ts'
import type { Options } from './options.ts'

/** The flags of every command that reads or writes the GitOps repository, named as the actions' inputs are. */
export const repositoryOptions = {
  repository: {
    type: 'string',
    value: 'URL',
    default: '.',
    description: 'The GitOps repository: a URL, OWNER/NAME or a path',
  },
  branch: { type: 'string', value: 'NAME', default: 'main', description: 'Its branch' },
  directory: {
    type: 'string',
    value: 'PATH',
    default: '.',
    description: 'The folder in it that holds apps/ and clusters/',
  },
} as const satisfies Options

type Values = Readonly<Record<keyof typeof repositoryOptions, string>>

/** The secret for the repository. Never a flag: the arguments of a process can be read by everyone on the machine. */
export function tokenOf(env: Context['env']): string | undefined {
  return env.STOVEPIPE_TOKEN || env.GITHUB_TOKEN || undefined
}

/** Opens the repository that the flags name for as long as `use` takes. Commits are made in the user's name. */
export async function withRepository<T>(
  values: Values,
  context: Context,
  use: (repository: OpenRepository) => Promise<T>,
): Promise<T> {
  const opened = await openRepository(await optionsOf(values, context), { ...context, environment: context.env })
  try {
    return await use(opened)
  } finally {
    await opened.close()
  }
}

async function optionsOf({ repository, branch, directory }: Values, context: Context): Promise<RepositoryOptions> {
  return {
    repository,
    branch,
    directory,
    token: tokenOf(context.env),
    server: context.env.GITHUB_SERVER_URL || 'https://github.com',
    folder: context.cwd,
    committer: {
      name: await userSetting('user.name', 'stovepipe', context),
      email: await userSetting('user.email', 'stovepipe@users.noreply.github.com', context),
    },
  }
}

async function userSetting(name: string, otherwise: string, { run, cwd, env }: Context): Promise<string> {
  const { code, stdout } = await run('git', ['config', '--get', name], { cwd, env })
  return code === 0 ? stdout.trim() || otherwise : otherwise
}
