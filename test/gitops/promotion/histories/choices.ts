import type { Commit } from './git.ts'
import { type History, pinnedIn } from './history.ts'

type Break = (promise: string) => never

/**
 * Promises about what people take back: only where they said, only what was accepted there before, and no run brings it
 * back to the cluster it went from, until somebody admits it anew.
 */
export function choicesHold({ world, clusters }: History, app: string, broken: Break): void {
  const accepted = new Map<string, Set<string>>()
  const gone = new Map<string, Set<string>>()
  const known = (from: Map<string, Set<string>>, cluster: string) => from.get(cluster) ?? new Set<string>()
  const add = (to: Map<string, Set<string>>, cluster: string, key: string | undefined) => {
    if (key !== undefined) to.set(cluster, known(to, cluster).add(key))
  }
  let begun = false
  for (const [index, commit] of world.git.log.entries()) {
    if (!commit.message.startsWith(`${app}:`)) continue
    // what is there when the kit comes, to the app or with a cluster, is adopted
    if (!begun) for (const { name } of clusters) add(accepted, name, held(commit.parent, app, name))
    begun = true
    const [title = ''] = commit.message.split('\n\n')
    const admits = / admit (v\d+) \(base (\w+)\)/.exec(title)
    if (admits) for (const keys of gone.values()) keys.delete(`${admits[1]} ${admits[2]}`)
    for (const name of / passed \S+ on (.+)$/.exec(title)?.[1]?.split(', ') ?? []) {
      add(accepted, name, held(commit.files, app, name))
    }
    const joined = / (\S+) joined with /.exec(title)?.[1]
    if (joined !== undefined) add(accepted, joined, held(commit.files, app, joined))
    const moved = movedBy(commit, app, clusters)
    if (!/: roll back /.test(title)) {
      for (const { name, to } of moved) {
        if (commit.by !== 'a person' && known(gone, name).has(to)) {
          broken(`${title} brought ${to} back to ${name}, where a person took it away`)
        }
      }
      continue
    }
    if (commit.by !== 'a person') continue
    const choice = world.events.find(
      event => event.kind === 'chosen' && event.app === app && event.commits === index && event.at === commit.at,
    )
    const chosen = choice?.kind === 'chosen' ? choice.clusters : clusters.map(({ name }) => name)
    for (const { name, from, to } of moved) {
      if (!chosen.includes(name)) broken(`${title} changed ${name}, which was not chosen`)
      if (!known(accepted, name).has(to)) broken(`${title} put ${to} on ${name}, where it was never accepted`)
      add(gone, name, from)
    }
  }
}

function movedBy({ parent, files }: Commit, app: string, clusters: History['clusters']) {
  return clusters.flatMap(({ name }) => {
    const [from, to] = [held(parent, app, name), held(files, app, name)]
    return to === undefined || from === to ? [] : [{ name, from, to }]
  })
}

function held(files: ReadonlyMap<string, string>, app: string, cluster: string): string | undefined {
  const { tag, base } = pinnedIn(files, app, cluster) ?? {}
  return tag === undefined || base === undefined ? undefined : `${tag} ${base.slice(0, 7)}`
}
