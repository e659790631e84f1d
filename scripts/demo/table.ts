import { type Cell, total } from './load.ts'
import { type Played, went } from './scene.ts'

/** What a scene's load came to. */
export type Served = { requests: number; canaryShare: number; failures: readonly string[] }

/** Adds up what was served during a scene; `named` gives people's name for a release's tag. */
export function served(cells: readonly Cell[], canaries: readonly string[], named: (tag: string) => string): Served {
  const { requests } = total(cells)
  const canary = total(cells, ({ cluster }) => canaries.includes(cluster))
  const failures = cells
    .filter(({ errors }) => errors > 0)
    .map(cell => {
      const percent = ((100 * cell.errors) / cell.requests).toFixed(1)
      return `${named(cell.release)} on ${cell.cluster}: ${cell.errors} of ${cell.requests} (${percent}%)`
    })
  return { requests, canaryShare: requests === 0 ? 0 : (100 * canary.requests) / requests, failures }
}

/** One row for people, as texts. */
export type Row = {
  letter: string
  title: string
  verdict: string
  what: string
  time: string
  requests: string
  canary: string
  errors: readonly string[]
  faults: readonly string[]
}

export function row(played: Played, { requests, canaryShare, failures }: Served): Row {
  return {
    letter: played.scene.letter,
    title: played.scene.title,
    verdict: went(played) ? 'as it should' : 'OTHERWISE',
    what: played.what,
    time: `${((played.to - played.from) / 1000).toFixed(0)} s`,
    requests: requests.toLocaleString('en-GB'),
    canary: `${canaryShare.toFixed(1)}%`,
    errors: failures.length === 0 ? ['none'] : failures,
    faults: played.checks
      .filter(({ holds }) => !holds)
      .map(({ claim, found }) => `not so: ${claim}${found ? ` (found ${found})` : ''}`),
  }
}

/** The closing table, in plain text of about 110 columns. */
export function formatTable(rows: readonly Row[]): string {
  const head = { letter: '', title: 'scene', time: 'time', requests: 'requests', canary: 'canary', verdict: 'went' }
  const width = (key: keyof typeof head) => Math.max(head[key].length, ...rows.map(row => row[key].length))
  const line = (row: typeof head) =>
    [
      row.letter.padEnd(1),
      row.title.padEnd(width('title')),
      row.time.padStart(width('time')),
      row.requests.padStart(width('requests')),
      row.canary.padStart(width('canary')),
      row.verdict,
    ].join('  ')
  const details = ({ what, errors, faults }: Row) => [
    `   ${what}`,
    ...errors.map(text => `   errors: ${text}`),
    ...faults.map(text => `   ${text}`),
  ]
  return [line(head), '─'.repeat(line(head).length), ...rows.flatMap(row => [line(row), ...details(row)])].join('\n')
}
