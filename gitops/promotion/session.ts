import type { Clock, Log } from '../../host/index.ts'
import type { Repository } from '../repository/index.ts'
import { toWrite } from './commit.ts'
import { patiently } from './patience.ts'
import type { Ancestry, Relation } from './ports.ts'
import { protocol, type Rules } from './rules.ts'
import { readState, type State } from './state.ts'
import type { Edit } from './step.ts'

/** One run's dealings with the repository: reads HEAD, writes steps, and keeps what it wrote. */
export type Session = {
  app: string
  run: string
  clock: Clock
  rules: Rules
  dryRun: boolean
  commits: readonly { commit: string; title: string }[]
  /** The state at HEAD, read now. */
  read(): Promise<State>
  /** Carries a step out as one commit; false when somebody else wrote first, or nobody knows. */
  write(state: State, edit: Edit): Promise<boolean>
  compare(first: string, second: string): Promise<Relation>
}

export function openSession(
  { app, run, dryRun = false, rules = protocol }: { app: string; run: string; dryRun?: boolean; rules?: Rules },
  ports: { repository: Repository; ancestry: Ancestry; clock: Clock; log: Log },
  signal: AbortSignal,
): Session {
  const repository = patiently(ports.repository, ports.clock, signal)
  const commits: { commit: string; title: string }[] = []
  return {
    app,
    run,
    clock: ports.clock,
    rules,
    dryRun,
    commits,
    async read() {
      signal.throwIfAborted()
      return readState(await repository.head(), app)
    },
    async write(state, edit) {
      signal.throwIfAborted()
      const result = await repository.write(toWrite(state, edit, run))
      if (result.kind === 'lost') {
        ports.log.info('somebody else wrote first: reading the new head')
        return false
      }
      commits.push({ commit: result.tree.commit, title: edit.title })
      ports.log.info(`${result.tree.commit.slice(0, 10)} ${app}: ${edit.title}`)
      return true
    },
    compare: (first, second) => ports.ancestry.compare(first, second),
  }
}
