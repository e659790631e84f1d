import { admit, configurationRelease, type Offer } from './admission.ts'
import { iso } from './context.ts'
import type { Stop } from './outcome.ts'
import { nameRelease, type Release } from './release.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'

/** What admission leaves to do: nothing more, or to carry (`release` is the run's own, when it brought one). */
export type Admitted = { kind: 'stop'; stop: Stop } | { kind: 'carry'; release?: Release; dryRun?: string }

/**
 * Admits what is offered, or a changed `base/` when nothing is: writes `next` by compare-and-swap and nothing else. On
 * a lost race everything is decided again on the new head, the order of the sources included. Before it writes, `require`
 * may throw.
 */
export async function admitOffer(
  session: Session,
  offer: Offer | undefined,
  redeploy: boolean,
  require: (state: State) => void,
): Promise<Admitted> {
  for (;;) {
    const state = await session.read()
    const release = offer ? await offered(session, state, offer, redeploy) : admissible(state)
    if (release === undefined) return { kind: 'carry' }
    if ('kind' in release) return release
    require(state)
    const at = iso(session.clock.now())
    const title = `admit ${nameRelease(release)}`
    const edit = { record: admit(state, release, { at, run: session.run }), title, release }
    if (session.dryRun) return { kind: 'carry', release, dryRun: `would ${title}` }
    if (await session.write(state, edit)) return { kind: 'carry', ...(offer && { release }) }
  }
}

function admissible(state: State): Release | undefined {
  return configurationRelease(state)
}

async function offered(session: Session, state: State, offer: Offer, redeploy: boolean): Promise<Release | Admitted> {
  const decide = session.rules.decideAdmission
  const first = decide(state, offer, { redeploy })
  const decision =
    first.kind === 'compare' && offer.source !== undefined
      ? decide(state, offer, { redeploy, relation: await session.compare(offer.source, first.newest) })
      : first
  switch (decision.kind) {
    case 'admit':
      return decision.release
    case 'stop':
      return decision
    case 'carry':
      return decision
    case 'compare':
      throw new Error('the order of two sources was asked and not used')
  }
}
