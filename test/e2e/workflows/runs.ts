import { load } from 'js-yaml'
import { z } from 'zod'
import type { GitHubServer, Permissions, Run } from '../../support/github/index.ts'
import { type ActHost, type Running, type Start, startWorkflow } from './act.ts'
import type { Kit } from './kit.ts'

/** A run of a starter workflow, as one of a team's repositories has it. */
export type Wanted = Pick<Start, 'event' | 'payload' | 'ref' | 'sha' | 'heard'> & {
  /** `workflows/<file>` of the kit. */
  file: string
  /** What the team writes in place of the starter's own words. */
  edit?: (text: string) => string
  /** OWNER/NAME */
  repository: string
  /** The App that the repository's variables and secrets name. */
  app: { clientId: string; privateKey: string }
  /** Whether a fork's pull request starts it: its token may only read, and it gets no secret. */
  fork?: boolean
  /** Whether Dependabot's does: its token may what the starter says, and it gets no secret of the repository's. */
  dependabot?: boolean
  /** The run that a dispatch has made; another one is made where it is left out. */
  run?: Run
}

/**
 * Starts one as GitHub does: the run is known at the API, and its token may do on this repository what the starter's
 * `permissions` say, and nothing else.
 */
export async function startRun(
  { github, kit, host }: { github: GitHubServer; kit: Kit; host: ActHost },
  { file, edit = text => text, app, run, fork = false, dependabot = false, ...wanted }: Wanted,
): Promise<Running> {
  const { repository, event, ref, sha } = wanted
  const workflow = edit(await kit.starter(file))
  const own = run ?? github.run(repository, { workflow: file, event, ref: ref.replace('refs/heads/', ''), sha })
  own.status = 'in_progress'
  const token = github.token({ repositories: [repository], permissions: permissionsOf(workflow, fork) })
  const started = await startWorkflow(
    {
      ...wanted,
      workflow,
      file,
      run: own.id,
      secrets: {
        GITHUB_TOKEN: token,
        ...(!(fork || dependabot) && { STOVEPIPE_PRIVATE_KEY: app.privateKey, REGISTRY_PASSWORD: 'any will do' }),
      },
      variables: { STOVEPIPE_CLIENT_ID: app.clientId },
    },
    host,
  )
  started.ended.then(({ code }) => {
    own.status = 'completed'
    own.conclusion = code === 0 ? 'success' : 'failure'
  })
  return started
}

const permission = z.record(z.string(), z.enum(['read', 'write']))
const caller = z.looseObject({ jobs: z.record(z.string(), z.looseObject({ permissions: permission.optional() })) })

/** What the token of a starter's jobs may do, by the API's names: `pull_requests`. Each starter has one job. */
function permissionsOf(workflow: string, onlyRead: boolean): Permissions {
  const { jobs } = caller.parse(load(workflow))
  const all = Object.values(jobs).flatMap(({ permissions = {} }) => Object.entries(permissions))
  return Object.fromEntries(all.map(([name, level]) => [name.replaceAll('-', '_'), onlyRead ? 'read' : level]))
}
