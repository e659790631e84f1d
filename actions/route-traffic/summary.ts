import type { TrafficOutcome } from '../../steps/traffic/index.ts'
import { cell, table } from '../shell/index.ts'

/** What the job's summary says of the traffic, in GitHub Markdown. */
export function summarize({ kind, commit, rows, notes, reason, cure }: TrafficOutcome): string {
  const lines = rows.map(({ server, role, state, before, after, sessions }) => [
    server,
    role ?? '–',
    state ?? 'not in the fleet',
    held(before),
    held(after),
    String(sessions),
  ])
  const now = kind === 'planned' ? 'Would be' : 'Now'
  return [
    `### ${titles[kind]}`,
    table(['Cluster', 'Role', 'State', 'Before', now, 'Sessions'], lines),
    `${cell(reason)}${cure === undefined ? '' : `. ${cell(cure)}`}`,
    ...(notes.length > 0 ? [notes.map(note => `- ${cell(note)}`).join('\n')] : []),
    `States at commit \`${commit}\`.`,
  ]
    .join('\n\n')
    .concat('\n')
}

const titles: Readonly<Record<TrafficOutcome['kind'], string>> = {
  changed: 'Traffic is routed as the fleet asks',
  unchanged: 'Traffic was routed so already, nothing changed',
  planned: 'What would change in the traffic (dry run)',
  halfway: 'Traffic is routed halfway: run it again',
  busy: 'Traffic is routed, but sessions are left',
  incomplete: 'Traffic is routed as far as can be: a server is missing',
  refused: 'Traffic was left as it is: refused',
}

function held({ weight, share }: { weight: number; share: number }): string {
  return `${share.toFixed(2)}%, weight ${weight}`
}
