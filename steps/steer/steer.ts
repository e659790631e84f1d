import type { Decided, Stop } from '../../gitops/promotion/index.ts'
import { type Repository, type Tree, writeDerived } from '../../gitops/repository/index.ts'
import type { Clock, Log } from '../../host/index.ts'

/** What became of a person's decision. `edited`: clusters that it left as they are, because somebody edited their pin. */
export type Steered = ({ kind: 'written'; commit: string; said: string } | { kind: 'nothing'; stop: Stop }) &
  Pick<Decided, 'edited'>

/** Whether a decision came to nothing for a reason that a person should see, not because all is so already. */
export function isRefused(decided: { kind: string; stop?: Stop }): boolean {
  return decided.kind === 'nothing' && decided.stop?.kind !== 'nothing-to-do'
}

/**
 * Carries a person's decision out as one commit on the newest head: after a lost race it is decided again on what is
 * there then. A promotion under way notices at its next write.
 */
export async function steer(
  decide: (tree: Tree) => Decided,
  { repository, clock, log }: { repository: Repository; clock: Clock; log: Log },
): Promise<Steered> {
  let last: Decided | undefined
  const result = await writeDerived(
    repository,
    async tree => {
      last = decide(tree)
      if (last.kind === 'nothing') return undefined
      const { parent: _head, ...edit } = last.write
      return edit
    },
    { clock, log },
  )
  const edited = last?.edited && { edited: last.edited }
  if (last?.kind === 'write') return { kind: 'written', commit: result.tree.commit, said: last.said, ...edited }
  return { kind: 'nothing', ...edited, stop: last?.stop ?? { kind: 'nothing-to-do', reason: 'nothing was decided' } }
}
