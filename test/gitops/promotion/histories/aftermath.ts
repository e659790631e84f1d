import type { Commit } from './git.ts'
import { type History, pinnedIn } from './history.ts'
import { minute } from './world.ts'

type Break = (promise: string) => never
type Held = { digest: string | undefined; key: string }

/**
 * Promises about what rollbacks leave behind: the cluster that showed the fault goes back to the newest release that was
 * accepted there, where only the configuration was to blame the image stays, and what went back comes back with no later
 * rollback.
 */
export function rollbacksRestore({ world, clusters }: History, app: string, broken: Break): void {
  const accepted = new Map<string, Held[]>()
  const gone = new Map(clusters.map(({ name }) => [name, new Set<string>()]))
  const refused = new Set<string>()
  const promotions = world.git.log.filter(({ message }) => message.startsWith(`${app}:`))
  for (const [index, commit] of promotions.entries()) {
    // what is there when the kit comes is adopted
    if (index === 0) for (const { name } of clusters) remember(accepted, name, heldIn(commit.parent, app, name))
    const [title = '', why = ''] = commit.message.split('\n\n')
    for (const name of / passed \S+ on (.+)$/.exec(title)?.[1]?.split(', ') ?? []) {
      remember(accepted, name, heldIn(commit.files, app, name))
    }
    const joined = / (\S+) joined with /.exec(title)?.[1]
    if (joined !== undefined) remember(accepted, joined, heldIn(commit.files, app, joined))
    const forward = / (v\d+) \(base (\w+)\) to /.exec(title)
    if (forward) for (const keys of gone.values()) keys.delete(`${forward[1]} ${forward[2]}`)
    const back = / roll back (v\d+) \(base (\w+)\)/.exec(title)
    if (!back) continue
    const [, tag = '', base] = back
    const rolledBack = world.digestOf(app, Number(tag.slice(1)))
    const everywhere = !commit.message.includes('(only there: ')
    if (everywhere) for (const keys of gone.values()) keys.add(`${tag} ${base}`)
    for (const { name } of changed(commit, app, clusters)) {
      const restored = heldIn(commit.files, app, name)
      if (restored && gone.get(name)?.has(restored.key)) {
        broken(`${title} restored ${restored.key}, which went back before`)
      }
      if (commit.by === 'a person') {
        const went = heldIn(commit.parent, app, name)
        if (went) gone.get(name)?.add(went.key)
        const list = accepted.get(name) ?? []
        accepted.set(
          name,
          list.slice(
            Math.max(
              0,
              list.findIndex(({ key }) => key === restored?.key),
            ),
          ),
        )
      }
    }
    if (commit.by === 'a person') {
      refused.add(rolledBack) // perhaps: a person may refuse it or not
      continue
    }
    const culprit = /^(\S+): /.exec(why)?.[1]
    const best = (accepted.get(culprit ?? '') ?? []).find(
      ({ key, digest }) => !gone.get(culprit ?? '')?.has(key) && !refused.has(digest ?? ''),
    )
    const now = culprit === undefined ? undefined : heldIn(commit.files, app, culprit)
    const doubtful = (accepted.get(culprit ?? '') ?? []).some(({ digest }) => refused.has(digest ?? ''))
    if (best && now && !doubtful && now.key !== best.key) {
      broken(`${title} left ${now.key} on ${culprit}, where ${best.key} was accepted last`)
    }
    if (best?.digest !== rolledBack && !/no verdict/.test(why)) refused.add(rolledBack)
  }
}

/** Once the faults have stopped, a gate that is good and open has its verdict long before its deadline. */
export function gatesEnd({ world, clusters, quietSince }: History, app: string, broken: Break): void {
  let batch: Commit | undefined
  for (const commit of world.git.log) {
    if (!commit.message.startsWith(`${app}:`)) continue
    const [title = '', why = ''] = commit.message.split('\n\n')
    if (/\) to /.test(title)) batch = commit
    const cluster = /^(\S+): no verdict before the deadline/.exec(why)?.[1]
    if (!batch || cluster === undefined || commit.at - Math.max(batch.at, quietSince) < 10 * minute) continue
    const { tag, base } = pinnedIn(batch.files, app, cluster) ?? {}
    const role = clusters.find(({ name }) => name === cluster)?.role
    if (tag !== undefined && world.truthOf(app, tag, base, role) === 'good') {
      broken(`${title}: nobody judged ${cluster}, though it was good and nothing was in the way`)
    }
  }
}

/** Of two runs that live at the same time only one analyses a release on a cluster. */
export function nobodyAnalysesTwice({ world }: History, broken: Break): void {
  const started = new Map<string, number>()
  const over = new Map<string, number>()
  const playing = new Map<string, { run: string; at: number }>()
  /** A run looks at who else is there once it has admitted what it brought; an outage may keep it from that for a while. */
  const lookedBy = (run: string, now: number) =>
    Math.max(
      started.get(run) ?? now,
      ...world.git.log
        .filter(({ by }) => by === run)
        .slice(0, 1)
        .map(({ at }) => at),
    ) +
    minute / 2
  for (const event of world.events) {
    if (event.kind === 'started') started.set(event.run, event.at)
    if (event.kind === 'killed' || event.kind === 'cancelled') over.set(event.run, event.at)
    if (event.kind === 'judged') playing.delete(`${event.app} ${event.cluster} ${event.tag}`)
    if (event.kind !== 'judging') continue
    const slot = `${event.app} ${event.cluster} ${event.tag}`
    const other = playing.get(slot)
    const alive = other && !over.has(other.run) && event.at - other.at < minute
    if (other && alive && other.run !== event.run && other.at > lookedBy(event.run, event.at)) {
      broken(`${event.run} analysed ${event.cluster} while ${other.run}, which began after it, was at it`)
    }
    playing.set(slot, { run: event.run, at: event.at })
  }
}

function heldIn(files: ReadonlyMap<string, string>, app: string, cluster: string): Held | undefined {
  const { tag, digest, base } = pinnedIn(files, app, cluster) ?? {}
  return tag === undefined || base === undefined ? undefined : { digest, key: `${tag} ${base.slice(0, 7)}` }
}

function remember(accepted: Map<string, Held[]>, cluster: string, held: Held | undefined): void {
  if (!held) return
  const before = (accepted.get(cluster) ?? []).filter(({ key }) => key !== held.key)
  accepted.set(cluster, [held, ...before])
}

function changed({ parent, files }: Commit, app: string, clusters: History['clusters']) {
  return clusters.filter(({ name }) => heldIn(parent, app, name)?.key !== heldIn(files, app, name)?.key)
}
