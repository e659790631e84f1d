/** Something that was measured, in words, and the goal it has, if it has one. */
export type Finding = {
  what: string
  result: string
  goal?: string
  /** Left out where nothing could be measured, or nothing was promised. */
  met?: boolean
}

/** Lays findings out as a table for a terminal, and tells whether every goal that was measured is met. */
export function judge(findings: readonly Finding[]): { table: string; met: boolean } {
  const rows = findings.map(({ what, result, goal = '', met }) => [what, result, goal, verdict(goal, met)])
  const all = [['', 'measured', 'goal', ''], ...rows]
  const widths = [0, 1, 2, 3].map(column => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const table = all
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
  return { table, met: findings.every(({ met }) => met !== false) }
}

function verdict(goal: string, met: boolean | undefined): string {
  if (goal === '') return ''
  return met === undefined ? 'not measured' : met ? 'met' : 'NOT MET'
}

/** The middle of some numbers; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
