import { ConfigurationError } from '../../configuration/index.ts'
import type { Tree, Write } from '../repository/index.ts'
import type { Choice } from './chosen.ts'
import { editedClusters } from './clusters.ts'
import { oneLine, toWrite } from './commit.ts'
import { iso } from './context.ts'
import { broughtLast } from './going.ts'
import type { Stop } from './outcome.ts'
import { type QuarantineEntry, quarantined, quarantineFile, writeQuarantine } from './quarantine.ts'
import { type UnderWay, withoutBatch } from './record.ts'
import { nameRelease, type Release } from './release.ts'
import { chosenEdit, goingBack } from './roll-back-chosen.ts'
import { leftEdited, rollbackEdit } from './rollback.ts'
import { protocol, type Rules } from './rules.ts'
import { quarantineOf, readState, type State } from './state.ts'

/** A person's decision: who, why, when (milliseconds), and the run that carries it out. */
export type Decision = { by: string; reason: string; at: number; run: string }

/**
 * What a decision asks for: one commit, or nothing, and why. `edited`: clusters that a rollback leaves as they are, because
 * somebody edited their pin.
 */
export type Decided = ({ kind: 'write'; write: Write; said: string } | { kind: 'nothing'; stop: Stop }) & {
  edited?: readonly string[]
}

/**
 * Takes the release under way back, or what was promoted or set by override last, and suspends the app's promotions, in one
 * commit: a run under way loses its next write and stops. With `refuse`, the release goes into quarantine as well. With
 * `to`, a release by name comes back, and with `clusters`, only there: of what was accepted on a cluster before. Throws
 * a ConfigurationError for a cluster that is not there, or when what stays on other clusters should be refused.
 */
export function rollback(
  tree: Tree,
  app: string,
  decision: Decision & Choice & { refuse: boolean },
  rules: Rules = protocol,
): Decided {
  const state = readState(tree, app)
  if (decision.to !== undefined || decision.clusters !== undefined) return rollbackChosen(state, decision, rules)
  const edited = editedClusters(state)
  const { current } = state.record
  const going = broughtLast(state, decision.run)
  const restore = going ? rules.findRestoration(state, going.release, state.quarantine).restore : []
  const isBack = going === current && (current?.phase === 'rolling-back' || current?.phase === 'rolled-back')
  if (!going)
    return edited.length > 0 ? onlyEdited('nothing was ever promoted', edited) : idle('nothing was ever promoted')
  if (isBack && restore.length === 0) {
    const left = edited.length > 0 ? leftEdited(edited) : ''
    return { ...idle(`${nameRelease(going.release)} is rolled back already${left}`), ...named(edited) }
  }
  const { release, admittedAt, run } = going
  const at = iso(decision.at)
  const reason = oneLine(`${decision.by}: ${decision.reason}`)
  const refusing = decision.refuse
    ? refuseGoing(state, release, restore, { ...decision, at }, rules)
    : { quarantine: state.quarantine }
  if ('kind' in refusing) return refusing
  const { quarantine } = refusing
  const edit = rollbackEdit(state, release, { at, reason, quarantine, admittedAt, run }, rules)
  if ((edit.pins ?? []).length === 0) {
    if (edited.length > 0) return onlyEdited('there is no release to go back to', edited)
    const cure = 'Offer a fix; nothing else was accepted before on its clusters'
    return { kind: 'nothing', stop: { kind: 'blocked', reason: 'there is no release to go back to', cure } }
  }
  const suspended = { at, by: decision.by, reason: decision.reason }
  return { ...decided(state, { ...edit, record: { ...edit.record, suspended } }, decision.run), ...named(edited) }
}

function idle(reason: string): Decided {
  return { kind: 'nothing', stop: { kind: 'nothing-to-do', reason } }
}

/** Where nothing but pins that somebody edited could go: a person has to look, as it may be what they want gone. */
function onlyEdited(reason: string, edited: readonly string[]): Decided {
  const cure = 'Put the pin back, or record it with bump-manifests and its override: a rollback takes it back then'
  return { kind: 'nothing', stop: { kind: 'blocked', reason: `${reason}${leftEdited(edited)}`, cure }, edited }
}

function named(edited: readonly string[]): Pick<Decided, 'edited'> {
  return edited.length > 0 ? { edited } : {}
}

function rollbackChosen(state: State, decision: Decision & Choice & { refuse: boolean }, rules: Rules): Decided {
  const { by, refuse, to, clusters, run } = decision
  const everywhere = clusters === undefined
  if (refuse && !everywhere) {
    throw new ConfigurationError({
      problem: 'a release that stays on other clusters cannot be refused',
      place: { input: 'quarantine' },
      cure: 'Leave out the clusters to take it back everywhere, or do not refuse it',
    })
  }
  const found = rules.findChosen(state, { ...(to !== undefined && { to }), ...(clusters && { clusters }) })
  if (found.kind === 'stop') return { kind: 'nothing', stop: found.stop }
  const at = iso(decision.at)
  const release = goingBack(state, found)
  const refusing = refuse
    ? refuseGoing(state, release, found.restore, { ...decision, at }, rules)
    : { quarantine: state.quarantine }
  if ('kind' in refusing) return refusing
  const { quarantine } = refusing
  const reason = oneLine(`${by}: ${decision.reason}`)
  const edit = chosenEdit(state, found, { at, reason, run, quarantine, everywhere }, rules)
  const suspended = { at, by, reason: decision.reason }
  const edited = everywhere ? editedClusters(state) : []
  return { ...decided(state, { ...edit, record: { ...edit.record, suspended } }, run), ...named(edited) }
}

/**
 * The quarantine with what a person refuses: the release that goes. Nothing is done where that would refuse what comes
 * back as well, be it the same image with the same configuration or another build of one commit.
 */
function refuseGoing(
  { quarantine }: State,
  goes: Release,
  restore: readonly { release: Release }[],
  { at, by, reason }: { at: string; by: string; reason: string },
  rules: Rules,
): { quarantine: readonly QuarantineEntry[] } | Extract<Decided, { kind: 'nothing' }> {
  const [before] = restore
  const entry = rules.quarantineEntry(goes, before?.release, { at, by, reason })
  const twin = entry ? restore.find(({ release }) => quarantined([entry], release)) : before
  if (entry && !twin) return { quarantine: [entry, ...quarantine] }
  const of = twin?.release.digest === goes.digest ? 'the same image' : 'built from the same commit'
  const why = `${nameRelease(twin?.release)}, which would come back, is ${of} as ${nameRelease(goes)}: both would be refused`
  const cure = 'Name another release to go back to, or do not refuse this one'
  return { kind: 'nothing', stop: { kind: 'refused', reason: why, cure } }
}

/** Stops an app's promotions where they stand, an open batch without a verdict; admissions only wait. */
export function suspend(tree: Tree, app: string, { by, reason, at, run }: Decision): Decided {
  const state = readState(tree, app)
  if (state.record.suspended) {
    return { kind: 'nothing', stop: { kind: 'nothing-to-do', reason: `${app} is suspended already` } }
  }
  const record = { ...withoutBatch(state.record), suspended: { by, reason, at: iso(at) } }
  return decided(state, { record, title: 'suspend', reason: oneLine(`${by}: ${reason}`) }, run)
}

/**
 * Lets an app's promotions go on: what waits as `next` starts, and a release that was held is judged again. A release
 * that was rolled back stays so.
 */
export function resume(tree: Tree, app: string, { by, reason, run }: Decision): Decided {
  const state = readState(tree, app)
  const { suspended, current, ...rest } = state.record
  const held = current?.phase === 'held' && !quarantined(state.quarantine, current.release)
  if (!suspended && !held) {
    return { kind: 'nothing', stop: { kind: 'nothing-to-do', reason: `${app} is neither suspended nor held` } }
  }
  const record = { ...rest, ...(current && { current: held ? judgedAgain(current) : current }) }
  return decided(state, { record, title: 'resume', reason: oneLine(`${by}: ${reason}`) }, run)
}

function judgedAgain({ reason: _over, blamed: _forgiven, batch: _ended, ...current }: UnderWay): UnderWay {
  return { ...current, phase: 'promoting' }
}

/** An app's refused releases. */
export function refused(tree: Tree, app: string): readonly QuarantineEntry[] {
  return quarantineOf(tree, app)
}

/** Takes out of quarantine what `which` names: a tag, a digest, or the beginning of one (12 hex digits at least). */
export function forgive(tree: Tree, app: string, which: string, { by, reason, run }: Decision): Decided {
  const state = readState(tree, app)
  const named = ({ tag, digest }: QuarantineEntry) =>
    tag === which || digest === which || (/^[0-9a-f]{12,64}$/.test(which) && digest.startsWith(`sha256:${which}`))
  const gone = state.quarantine.filter(named)
  if (gone.length === 0) {
    const there = state.quarantine.map(({ tag }) => tag).join(', ') || 'nothing'
    return {
      kind: 'nothing',
      stop: { kind: 'nothing-to-do', reason: `${JSON.stringify(which)} is not in quarantine; there is ${there}` },
    }
  }
  const said = `release ${gone.map(({ tag }) => tag).join(', ')} from quarantine`
  const kept = state.quarantine.filter(entry => !named(entry))
  const message = `${app}: ${oneLine(said)}\n\n${oneLine(`${by}: ${reason}`)}\n\nStovepipe-App: ${app}\nStovepipe-Run: ${run}`
  const changes = [{ path: quarantineFile(app), text: writeQuarantine(app, kept) }]
  return { kind: 'write', said, write: { parent: tree.commit, message, changes } }
}

function decided(state: State, edit: Parameters<typeof toWrite>[1], run: string): Decided {
  return { kind: 'write', said: edit.title, write: toWrite(state, edit, run) }
}
