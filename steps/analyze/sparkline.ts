const bars = '▁▂▃▄▅▆▇█'

/** The values as one character each, lowest to highest; what is no finite number is a `×`, a hole a `·`. */
export function sparkline(values: readonly (number | undefined)[], width = 40): string {
  const shown = values.slice(-width)
  const finite = shown.filter(value => value !== undefined).filter(Number.isFinite)
  const low = Math.min(...finite)
  const high = Math.max(...finite)
  return shown
    .map(value => {
      if (value === undefined) return '·'
      if (!Number.isFinite(value)) return '×'
      const height = high === low ? 0 : Math.round(((value - low) / (high - low)) * (bars.length - 1))
      return bars[height] ?? '·'
    })
    .join('')
}
