import { formatDuration } from '../../configuration/index.ts'
import { type LimitReport, sparkline } from '../../steps/analyze/index.ts'
import { truncate, width } from '../columns.ts'
import { type Paint, plain } from '../log.ts'

/** One metric as the table shows it. Times are milliseconds since the epoch. */
export type Row = {
  name: string
  dryRun: boolean
  phase: string
  measured: number
  count: number | undefined
  /** As the controller writes it, or the message of an error. */
  last: string
  values: readonly (number | undefined)[]
  limits: readonly LimitReport[]
  next: number | undefined
}

const titles = ['METRIC', 'PHASE', 'MEASURED', 'LAST', 'TREND', 'LIMITS', 'NEXT'] as const
type Title = (typeof titles)[number]
type Cells = Readonly<Record<Title, string>>

/** The widest that a column grows; the report has what is cut. */
const widest: Readonly<Record<Title, number>> = {
  ...{ METRIC: 40, PHASE: 12, MEASURED: 12, LAST: 24, TREND: 20, LIMITS: 44, NEXT: 8 },
}

/** In this order they are left out where a terminal is too narrow for all. */
const leftOut: readonly Title[] = ['TREND', 'LIMITS', 'NEXT', 'LAST', 'MEASURED']
const narrowestName = 12

/**
 * Draws the metrics as lines that a terminal of this size holds, what goes on or went wrong first where it cannot hold
 * all. Names and values come from outside: nothing in them moves the cursor.
 */
export function renderTable(
  metrics: readonly Row[],
  now: number,
  size: { columns: number; rows: number },
  paint: Paint,
): string[] {
  const room = Math.max(size.rows - 3, 1)
  const shown = metrics.length <= room ? metrics : metrics.toSorted((a, b) => rank(a) - rank(b)).slice(0, room)
  const cells = shown.map(row => cellsOf(row, now))
  const most = size.columns - 1 // a full line would wrap in some terminals
  const widths = fitted(cells, most)
  const line = (row: Cells, head: boolean) =>
    [...widths].map(([title, room]) => painted(title, pad(truncate(row[title], room), room), head, paint)).join('  ')
  const heads: Cells = {
    ...{ METRIC: 'METRIC', PHASE: 'PHASE', MEASURED: 'MEASURED', LAST: 'LAST', TREND: 'TREND', LIMITS: 'LIMITS' },
    NEXT: 'NEXT',
  }
  const left = metrics.length - shown.length
  return [
    line(heads, true),
    ...cells.map(row => line(row, false)),
    ...(left > 0 ? [paint('dim', truncate(`and ${left} more`, most))] : []),
  ]
}

function cellsOf({ name, dryRun, phase, measured, count, last, values, limits, next }: Row, now: number): Cells {
  return {
    METRIC: plain(`${name}${dryRun ? ' (dry run)' : ''}`).replace(/\s+/g, ' '),
    PHASE: phase,
    MEASURED: count === undefined ? `${measured}` : `${measured} of ${count}`,
    LAST: plain(last).replace(/\s+/g, ' '),
    TREND: sparkline(values, widest.TREND),
    LIMITS: limits.flatMap(useOf).join(', '),
    NEXT: next === undefined ? '' : next <= now + 1 ? 'now' : formatDuration(Math.ceil((next - 1 - now) / 1000) * 1000),
  }
}

/** What counts towards an end by a limit; of the failures always, of the rest once there are some. */
function useOf({ name, limit, used }: LimitReport): string[] {
  if (name === 'count' || (used === 0 && name !== 'failureLimit')) return []
  const what = name.replace('Limit', '').replace('consecutive', '').toLowerCase()
  return [`${what} ${used}/${limit}${name === 'consecutiveSuccessLimit' ? '' : used > limit ? '!' : ''}`]
}

function rank({ phase }: Row): number {
  return ['Failed', 'Error', 'Inconclusive', 'Running', 'Pending', 'Successful'].indexOf(phase)
}

/** The columns that fit, with their widths; the name takes what the others leave. */
function fitted(cells: readonly Cells[], most: number): Map<Title, number> {
  const wanted = (title: Title) =>
    Math.min(Math.max(width(title), ...cells.map(row => width(row[title]))), widest[title])
  const widths = new Map(titles.map(title => [title, wanted(title)]))
  const name = widths.get('METRIC') ?? 0
  const others = () => [...widths].reduce((sum, [title, room]) => (title === 'METRIC' ? sum : sum + room + 2), 0)
  for (const title of leftOut) if (others() + Math.min(name, narrowestName) > most) widths.delete(title)
  if (others() + 1 > most) widths.delete('PHASE')
  return widths.set('METRIC', Math.max(Math.min(name, most - others()), 0))
}

function pad(text: string, room: number): string {
  return text + ' '.repeat(Math.max(room - width(text), 0))
}

function painted(title: Title, cell: string, head: boolean, paint: Paint): string {
  if (head) return paint('dim', cell)
  if (title !== 'PHASE') return cell
  const colour = colours.get(cell.trim())
  return paint(colour ?? 'dim', cell)
}

const colours = new Map<string, Parameters<Paint>[0]>([
  ['Successful', 'green'],
  ['Failed', 'red'],
  ['Error', 'red'],
  ['Inconclusive', 'yellow'],
  ['Running', 'cyan'],
])
