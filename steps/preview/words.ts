import { formatDuration } from '../../configuration/index.ts'
import type { Sighting } from './argocd.ts'
import { code } from './code.ts'
import { type CommentState, type Gone, markerOf } from './marker.ts'
import type { Built } from './request.ts'
import type { Session } from './session.ts'
import { readyLabel } from './standing.ts'

/** What is known of a preview that is ready. Times in milliseconds. */
export type Facts = { built: Built; argocd: Sighting; labelledAt: number; healthyAt?: number }

type Said = { session: Session; state: CommentState; head: string; since?: number; markdown: string }

/** The comment's whole text: the hidden line, and what people read. */
export function bodyOf({ session, state, head, since = 0, markdown }: Said): string {
  return `${markerOf(session.owner, { state, head, since })}\n${markdown}`
}

/*
 * What follows is GitHub Markdown of what the kit itself knows: names, numbers and commits that were checked. What comes
 * from elsewhere stands in code spans; nothing that a pull request's author writes is in it at all.
 */

export function readyText(session: Session, facts: Facts): string {
  const { built, argocd, labelledAt, healthyAt } = facts
  const took = built.started === undefined ? undefined : formatDuration(Math.max(0, labelledAt - built.started))
  const rows = [
    ['Address', session.url ?? 'none is configured (input `url`)'],
    ['Image', code(built.image)],
    ['Commit', built.head],
    ['Namespace', code(session.name)],
    ['Argo CD', argocdText(argocd)],
    [
      'Took',
      `${took === undefined ? 'not measured' : `${took} to build and push`}${healthyAt === undefined ? '' : `, healthy ${formatDuration(Math.max(0, healthyAt - labelledAt))} later`}`,
    ],
  ]
  return [
    heading(session, argocd.kind === 'healthy' ? 'is up' : 'is on its way'),
    ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
    `${removal(session)} A scheduled run takes it away when it is older than ${formatDuration(session.lifetime)}.\n`,
  ].join('\n\n')
}

export function argocdText(sighting: Sighting): string {
  switch (sighting.kind) {
    case 'not-asked':
      return 'takes it from here, and is not asked how it goes (input `observer`)'
    case 'absent':
      return 'has not made its Application yet'
    case 'healthy':
      return 'Synced and Healthy, with this image'
    case 'unknown':
      return `could not be asked: ${code(sighting.message)}`
    case 'progressing':
    case 'degraded':
      return `${sighting.kind}: ${code(sighting.message)}`
  }
}

export function buildingText(session: Session, head: string): string {
  return `${heading(session, 'is being built')}\n\nCommit ${head} is built and pushed; what ran before is taken away.\n`
}

export function failedText(session: Session, { head, result }: Built): string {
  const how = result === 'cancelled' ? 'was cancelled' : result === 'skipped' ? 'did not run' : 'failed'
  const { runUrl } = session.host
  const where = runUrl === undefined ? '' : ` [The run](${runUrl}) says why.`
  return `${heading(session, 'is not there')}\n\nThe build of commit ${head} ${how}.${where} Push again, or run it again.\n`
}

export function limitText(session: Session, live: readonly number[]): string {
  const others = live.map(number => `#${number}`).join(', ')
  return (
    `${heading(session, 'has to wait')}\n\n${live.length} previews live already, of ${session.limit} at once (input \`limit\`): ` +
    `${others}. Take one of them away, then ${again(session)}.\n`
  )
}

export function goneText(session: Session, why: Gone, head: string): string {
  const label = code(session.label)
  const because = {
    closed: 'The pull request is closed',
    'not-asked': `The label ${label} is gone`,
    expired: `It was older than ${formatDuration(session.lifetime)}`,
    unbuilt: `Nothing says that its head commit ${head} was built`,
    unlabelled: `The label ${code(readyLabel)} is gone`,
  }[why]
  const anew = session.label === '' ? 'push' : `push, or take the label ${label} away and put it on again`
  const back = {
    closed: 'reopen the pull request',
    'not-asked': again(session),
    expired: again(session),
    unbuilt: `solve the conflicts with its base if there are any, and ${anew}`,
    unlabelled: anew,
  }[why]
  return `${heading(session, 'is gone')}\n\n${because}; namespace ${code(session.name)} goes with all in it. To have it back, ${back}.\n`
}

export function forkText(session: Session): string {
  return (
    `${heading(session, 'is not made for a fork')}\n\nThe image is built to see whether it can be, without any secret, and neither ` +
    'pushed nor deployed. To preview it, a member pushes the reviewed commits to a branch of this repository.\n'
  )
}

function heading({ app }: Session, what: string): string {
  return `### The preview of ${code(app)} ${what}`
}

function removal({ label }: Session): string {
  return label === ''
    ? 'To remove it, close this pull request.'
    : `To remove it, take the label ${code(label)} away, or close this pull request.`
}

function again({ label }: Session): string {
  return label === '' ? 'run this workflow again, or push' : `put the label ${code(label)} on it again`
}
