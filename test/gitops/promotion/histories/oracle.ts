import type { Pinned } from '../../../../gitops/promotion/index.ts'
import { gatesEnd, nobodyAnalysesTwice, rollbacksRestore } from './aftermath.ts'
import { choicesHold } from './choices.ts'
import type { Commit } from './git.ts'
import { type History, pinnedIn } from './history.ts'

/** What a history came to, to count that the interesting things really happen. */
export type Tally = { wrotePrimary: boolean; rolledBack: boolean; killedAfterVerdict: boolean; approved: boolean }

/** A promise that was broken, for a person to play the history again. */
export class Broken extends Error {}

/**
 * Holds a history against the promises. It reads the log of the world alone: commits as they changed pins, and what was
 * judged and seen; never the kit's own record.
 */
export function check(history: History): Tally {
  const { world, seed } = history
  const broken = (promise: string): never => {
    throw new Broken(`seed ${seed}: ${promise.replace(/\n[\s\S]*?Stovepipe-Run: \S+/g, '')}`)
  }
  if (history.crashes.length > 0) broken(`a run ended as ${String(history.crashes[0])}`)
  const tally: Tally = { wrotePrimary: false, rolledBack: false, killedAfterVerdict: false, approved: false }
  for (const app of history.apps) {
    const seen = new Map<string, Pinned[]>()
    const byHand = new Map<string, string>()
    let begun = false
    for (const [index, commit] of world.git.log.entries()) {
      othersStay(commit, broken)
      begun ||= commit.message.startsWith(`${app}:`)
      for (const { name, role } of history.clusters) {
        const before = pinnedIn(commit.parent, app, name)
        const after = pinnedIn(commit.files, app, name)
        if (index === 0 && before) seen.set(name, [before])
        if (samePin(before, after) || !after) continue
        if (commit.by === 'a person' && !isRollback(commit)) {
          if (begun)
            byHand.set(name, key(after)) // before the kit came, whatever is there is adopted
          else seen.set(name, [after])
          continue
        }
        if (before && byHand.get(name) === key(before))
          broken(`${commit.message} overwrote what a person wrote on ${name}`)
        byHand.delete(name)
        const known = seen.get(name) ?? []
        const returns = known.some(each => samePin(each, after))
        if (!returns && stateIn(commit.parent, name) !== 'active' && stateIn(commit.parent, name) !== 'joining') {
          broken(`${commit.message} wrote ${name}, which takes no releases`)
        }
        if (!returns && !allPrimariesHold(history, commit, app, name, after)) {
          const lacking = unapproved(history, index, app, role, after)
          if (lacking !== undefined) broken(`${commit.message} wrote ${name}, and nobody approved it after ${lacking}`)
        }
        if (role === 'primary') {
          tally.wrotePrimary = true
          tally.approved ||= world.events.some(
            event => event.kind === 'approved' && event.tag === after.tag && event.digest === after.digest,
          )
          if (!returns && !allPrimariesHold(history, commit, app, name, after)) {
            const missing = unproven(history, index, app, after)
            if (missing !== undefined) broken(`${commit.message} wrote primary ${name} without evidence: ${missing}`)
          }
        }
        seen.set(name, [...known, after])
      }
      if (isRollback(commit) && commit.message.startsWith(`${app}:`)) {
        tally.rolledBack = true
        if (commit.by !== 'a person') justified(history, index, app, broken)
      }
    }
    inOrder(history, app, broken)
    attemptsCount(history, app, broken)
    wavesAreFinished(history, app, broken)
    rollbacksRestore(history, app, broken)
    choicesHold(history, app, broken)
    gatesEnd(history, app, broken)
    ends(history, app, broken)
  }
  oneAtATime(history, broken)
  nobodyAnalysesTwice(history, broken)
  tally.killedAfterVerdict = world.events.some(event => event.kind === 'killed' && event.afterVerdict)
  return tally
}

type Break = (promise: string) => never

const isRollback = ({ message }: Commit) => /^[a-z]+: roll back /.test(message)
const key = ({ tag, digest, base }: Pinned) => `${tag} ${digest} ${base}`
const samePin = (one: Pinned | undefined, other: Pinned | undefined) => (one && key(one)) === (other && key(other))

function stateIn(files: ReadonlyMap<string, string>, cluster: string): string | undefined {
  return /state: (\w+)/.exec(files.get(`clusters/${cluster}.yaml`) ?? '')?.[1]
}

/** A commit of a run changes nothing but what it says: pins, records, quarantine, and the state of one that joined. */
function othersStay({ by, parent, files, message }: Commit, broken: Break): void {
  if (by === 'a person') return
  for (const [path, text] of parent) {
    const now = files.get(path)
    if (now === text) continue
    if (/\/(release|quarantine)\.yaml$/.test(path) || /\/base\//.test(path)) {
      if (/^apps\/[a-z]+\/base\//.test(path)) broken(`${message} changed ${path}`)
      continue
    }
    const blank = (file: string) => file.replace(/newTag: .*|digest: .*|newName: .*|state: \w+/g, '')
    if (now === undefined || blank(now) !== blank(text)) broken(`${message} took away what others wrote in ${path}`)
  }
}

/** The wave before this cluster's whose gate asks for an approval that nobody gave to this very release. */
function unapproved(
  { world }: History,
  index: number,
  app: string,
  role: string | undefined,
  { tag, digest, base }: Pinned,
): string | undefined {
  const pipeline = world.git.log[index]?.parent.get(`apps/${app}/pipeline.yaml`) ?? ''
  const before = role === 'primary' ? ['dev', 'canary'] : role === 'canary' ? ['dev'] : []
  const asking = before.filter(wave => new RegExp(`name: ${wave},(?:(?!name:).)*approval`).test(pipeline))
  return asking.find(
    wave =>
      !world.events.some(
        event =>
          event.kind === 'approved' &&
          event.app === app &&
          event.wave === wave &&
          event.tag === tag &&
          event.digest === digest &&
          event.base === base &&
          event.commits <= index,
      ),
  )
}

/** Why a release lacks passing evidence from an active canary, if it does. */
function unproven({ world, clusters }: History, index: number, app: string, pin: Pinned): string | undefined {
  const { parent } = world.git.log[index] ?? { parent: new Map<string, string>() }
  const canaries = clusters.filter(({ role, name }) => role === 'canary' && stateIn(parent, name) === 'active')
  if (canaries.length === 0) return 'no canary is active'
  for (const { name } of canaries) {
    if (!samePin(pinnedIn(parent, app, name), pin)) return `${name} does not hold it`
    const proof = world.events.some(
      event =>
        event.kind === 'judged' &&
        event.app === app &&
        event.cluster === name &&
        event.tag === pin.tag &&
        event.digest === pin.digest &&
        event.base === pin.base &&
        event.commits <= index &&
        event.truth === 'good',
    )
    if (!proof) return `it was never judged good on ${name}`
  }
  return undefined
}

/** Whether every other active primary that holds anything holds this already: what a newcomer may have. */
function allPrimariesHold({ clusters }: History, { parent }: Commit, app: string, name: string, pin: Pinned): boolean {
  const others = clusters
    .filter(each => each.role === 'primary' && each.name !== name && stateIn(parent, each.name) === 'active')
    .map(each => pinnedIn(parent, app, each.name))
    .filter(held => held !== undefined)
  return others.length > 0 && others.every(held => samePin(held, pin))
}

/** A release goes back only after something bad was seen of it, or after its gate had no verdict in time. */
function justified({ world }: History, index: number, app: string, broken: Break): void {
  const commit = world.git.log[index]
  if (!commit) return
  const tag = /roll back (v\d+)/.exec(commit.message)?.[1]
  const bad = world.events.some(
    event =>
      event.at <= commit.at &&
      ((event.kind === 'seen-bad' && event.app === app && event.tag === tag) ||
        (event.kind === 'judged' && event.app === app && event.tag === tag && event.truth === 'fails-analysis')),
  )
  const timedOut =
    /no verdict/.test(commit.message) &&
    /onTimeout: rollback/.test(commit.parent.get(`apps/${app}/pipeline.yaml`) ?? '')
  const refused = /in quarantine/.test(commit.message)
  if (!bad && !timedOut && !refused) broken(`${commit.message} took back ${tag}, of which nothing bad was seen`)
}

/**
 * An older image is never admitted after a newer one, nor one that was found bad; but where it took over from the same
 * image with the same configuration, nothing is wrong with that.
 */
function inOrder({ world, clusters }: History, app: string, broken: Break): void {
  let newest = -1
  const bad = new Set<string>()
  for (const commit of world.git.log) {
    const { message, at } = commit
    if (!message.startsWith(`${app}:`)) continue
    const version = /^[a-z]+: admit v(\d+)/.exec(message)?.[1]
    if (version !== undefined) {
      const number = Number(version)
      const mixed = message.includes('configuration')
      if (number < newest && !mixed && !baseOnly(world.git.log, app, number, at)) {
        broken(`${message} admitted v${number} after v${newest}`)
      }
      if (bad.has(world.digestOf(app, number))) broken(`${message} admitted v${number}, which was found bad`)
      newest = Math.max(newest, number)
    }
    const failed = /: roll back v(\d+)/.exec(message)?.[1]
    const found = world.events.some(
      event =>
        event.kind === 'judged' &&
        event.truth === 'fails-analysis' &&
        event.app === app &&
        event.at <= at &&
        event.tag === `v${failed}` &&
        event.base === firstBase(world.git.log, app),
    )
    if (failed === undefined || !found || tookOverFromItself(commit, app, clusters)) continue
    if (/analysis failed/.test(message)) bad.add(world.digestOf(app, Number(failed)))
  }
}

/** The cluster that showed the fault got back the same image with the same configuration, under another tag. */
function tookOverFromItself({ message, parent, files }: Commit, app: string, clusters: History['clusters']): boolean {
  const culprit = clusters.find(({ name }) => message.split('\n\n')[1]?.startsWith(`${name}: `))?.name ?? ''
  const [went, came] = [pinnedIn(parent, app, culprit), pinnedIn(files, app, culprit)]
  return went?.digest === came?.digest && went?.base === came?.base && went?.tag !== came?.tag
}

/** The configuration every history begins with, which is good: what fails with it is the image's fault. */
function firstBase(log: readonly Commit[], app: string): string | undefined {
  const settings = log[0]?.parent.get(`apps/${app}/base/settings.yaml`)
  return settings === undefined ? undefined : pinnedBase(settings)
}

function pinnedBase(settings: string): string | undefined {
  return pinnedIn(
    new Map([
      ['apps/a/clusters/c/kustomization.yaml', ''],
      ['apps/a/clusters/c/base/settings.yaml', settings],
    ]),
    'a',
    'c',
  )?.base
}

/** A changed configuration is admitted with the newest image that is not refused, which may be an older one. */
function baseOnly(log: readonly Commit[], app: string, version: number, at: number): boolean {
  return (
    log.some(
      commit =>
        commit.at <= at && commit.by === 'a person' && commit.changed.includes(`apps/${app}/base/settings.yaml`),
    ) && version >= 0
  )
}

/** However often runs are killed, no pin is analysed more often than its gate allows; what could not measure is free. */
function attemptsCount({ world }: History, app: string, broken: Break): void {
  const started = new Map<string, number>()
  for (const event of world.events) {
    if (event.kind !== 'judging' || event.app !== app) continue
    if (world.truthOf(app, event.tag, event.base, 'canary') !== 'inconclusive') continue
    const batch = world.git.log
      .slice(0, event.commits)
      .findLast(({ message }) => message.startsWith(`${app}: v`) && / to /.test(message))
    const slot = `${event.cluster} ${event.tag} ${batch?.id}`
    started.set(slot, (started.get(slot) ?? 0) + 1)
    if ((started.get(slot) ?? 0) > 2) broken(`${event.cluster} was analysed a third time where two are allowed`)
  }
}

/** With `between-waves`, a newer release does not begin while the one before it is on a part of the primaries only. */
function wavesAreFinished({ world, clusters, handEdits }: History, app: string, broken: Break): void {
  const { log } = world.git
  const first = log[0]
  const changed = log.some(({ by, changed }) => by === 'a person' && changed.some(path => path.startsWith('clusters/')))
  if (!first || changed || handEdits.length > 0) return // what is blocked gives way at once
  if (!(first.parent.get(`apps/${app}/pipeline.yaml`) ?? '').includes('supersede: between-waves')) return
  let open: { release: string; tag: string } | undefined
  for (const { message, parent } of log.filter(({ message }) => message.startsWith(`${app}:`))) {
    if (/: roll back | is held|suspend|resume|no longer|over/.test(message.split('\n')[0] ?? '')) open = undefined
    const [, tag, release, wave] = /^[a-z]+: (v\d+) (\(base \w+\)) to (\w+) \(/.exec(message) ?? []
    if (tag === undefined || release === undefined) continue
    const holders = clusters.filter(({ role, state }) => role === 'primary' && state === 'active')
    const half = open && holders.some(({ name }) => pinnedIn(parent, app, name)?.tag !== open?.tag)
    if (open && half && `${open.tag} ${open.release}` !== `${tag} ${release}`) {
      broken(`${tag} began while ${open.tag} was on a part of the primaries`)
    }
    open = wave === 'primaries' ? { release, tag } : undefined
  }
}

/** No two apps are judged on one canary at the same time. */
function oneAtATime({ world, apps }: History, broken: Break): void {
  if (apps.length < 2) return
  const open = new Map<string, { app: string; until: number }>()
  for (const event of world.events) {
    if (event.kind !== 'judging') continue
    const other = open.get(event.cluster)
    if (other && other.app !== event.app && event.at < other.until) {
      broken(`${other.app} and ${event.app} were judged on ${event.cluster} at the same time`)
    }
    const ended = world.events.find(
      each => each.kind === 'judged' && each.cluster === event.cluster && each.app === event.app && each.at >= event.at,
    )
    open.set(event.cluster, { app: event.app, until: ended && ended.at <= event.at + 60_000 ? ended.at : event.at })
  }
}

/**
 * Once the faults have stopped: the newest good release is everywhere, or the run says why not, and the log bears it
 * out; nothing known to be bad is left where something else was before.
 */
function ends(history: History, app: string, broken: Break): void {
  const { world, clusters, last, handEdits } = history
  const end = last.get(app)
  if (!end) return
  const files = world.git.files()
  const admitted = world.git.log
    .map(({ message }) => /^([a-z]+): admit v(\d+)/.exec(message))
    .filter(found => found?.[1] === app)
  const newest = admitted.at(-1)?.[2]
  if (newest === undefined) return
  const tag = `v${newest}`
  const digest = world.digestOf(app, Number(newest))
  const active = clusters.filter(({ role, state }) => role && state === 'active')
  const base = pinnedBase(files.get(`apps/${app}/base/settings.yaml`) ?? '')
  const settledOn = (name: string) => pinnedIn(files, app, name)?.tag === tag
  const everywhere = active.every(({ name }) => settledOn(name))
  const good = active.every(({ role }) => world.truthOf(app, tag, base, role) === 'good')
  const excused =
    handEdits.some(edit => edit.app === app) ||
    !active.some(({ role }) => role === 'canary') ||
    !active.some(({ role }) => role === 'primary') ||
    clusters.some(({ role, state }) => !role && state !== 'active') ||
    !/name: canary,/.test(files.get(`apps/${app}/pipeline.yaml`) ?? '') ||
    history.suspensions > 0
  // another release of the same image went back, and it was refused with that one
  const refused = world.git.log.some(commit => {
    const version = /: roll back v(\d+)/.exec(commit.message)?.[1]
    if (version === undefined || version === newest || !commit.message.startsWith(`${app}:`)) return false
    return world.digestOf(app, Number(version)) === digest && !tookOverFromItself(commit, app, clusters)
  })
  if (end.kind === 'waiting' || end.kind === 'suspended') broken(`it ended as ${end.kind}: ${end.reason}`)
  if (good && !excused && !refused && !everywhere && !gaveUp(world.git.log, app, newest)) {
    broken(
      `v${newest} is good and not on ${active.filter(({ name }) => !settledOn(name)).map(({ name }) => name)}; ${end.kind}: ${end.reason}`,
    )
  }
  const shown = new Set(['fails-analysis', 'degraded', 'never-healthy', 'aborted'])
  if (excused || analysesDied(world.git.log, app, newest) || !shown.has(world.truthOf(app, tag, base, 'canary'))) return
  // where every run died before it saw anything, nobody could know
  const seen = world.events.some(
    event => (event.kind === 'seen-bad' || event.kind === 'judged') && event.app === app && event.tag === tag,
  )
  if (!seen) return
  for (const { name } of active) {
    const before = pinnedIn(world.git.log[0]?.parent ?? new Map(), app, name)
    if (before && samePin(pinnedIn(files, app, name), { tag, digest, ...(base && { base }) })) {
      broken(`v${newest} is bad and still on ${name}; ${end.kind}: ${end.reason}`)
    }
  }
}

/** This very release had no verdict in time, be it that its analyses were killed. */
function gaveUp(log: readonly Commit[], app: string, version: string): boolean {
  return log.some(({ message }) => new RegExp(`^${app}: (roll back v${version} |v${version} .* is held)`).test(message))
}

/** Every analysis it was allowed was killed with the run that played it, so that nobody saw how bad it is. */
function analysesDied(log: readonly Commit[], app: string, version: string): boolean {
  return log.some(
    ({ message }) =>
      message.startsWith(`${app}: v${version} `) &&
      / is held/.test(message) &&
      /the run that analysed it is gone/.test(message),
  )
}
