import type { TrafficOutcome, TrafficRow } from '../../steps/traffic/index.ts'
import { columns } from '../columns.ts'
import { type Paint, plain } from '../log.ts'

/** The traffic for a person: each server before and after, and what came of it. */
export function renderTraffic({ commit, kind, rows, reason, cure }: TrafficOutcome, paint: Paint): string {
  const head = [
    'SERVER',
    'ROLE',
    'STATE',
    'WEIGHT',
    'SHARE',
    kind === 'planned' ? 'WOULD BE' : 'NOW',
    'SHARE',
    'SESSIONS',
  ]
  const said = `${kind}: ${plain(reason)}${cure === undefined ? '' : `. ${plain(cure)}`}\n`
  if (rows.length === 0) return said
  return [
    `Git ${commit.slice(0, 12)}`,
    '',
    ...columns([head.map(title => paint('bold', title)), ...rows.map(row => cells(row, paint))]),
    '',
    said,
  ].join('\n')
}

function cells({ server, role, state, before, after, sessions }: TrafficRow, paint: Paint): string[] {
  const changed = before.weight !== after.weight
  const [weight, share] = [String(after.weight), formatPercent(after.share)]
  return [
    plain(server),
    role ?? '-',
    state ?? 'not in the fleet',
    String(before.weight),
    formatPercent(before.share),
    changed ? paint('yellow', weight) : weight,
    changed ? paint('yellow', share) : share,
    String(sessions),
  ]
}

/** Two decimals: `5.00%`. */
function formatPercent(percent: number): string {
  return `${percent.toFixed(2)}%`
}
