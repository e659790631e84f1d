/** What an expression gives: one number, one sample a series, samples over time, or text. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

/** What a function takes, at least and at most, and what it gives. The last parameter stands for all that follow. */
export type Signature = { parameters: readonly ValueType[]; least: number; most: number; result: ValueType }

/**
 * The functions of PromQL by what they take and give (`promql/parser/functions.go`). `?` follows what may be left out,
 * `*` what may come any number of times.
 */
const table: readonly (readonly [string, string])[] = [
  [
    'vector -> vector',
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_sum ' +
      'histogram_stddev histogram_stdvar ln log10 log2 rad sgn sin sinh sort sort_desc sqrt start_timestamp tan tanh timestamp',
  ],
  [
    'matrix -> vector',
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate ' +
      'last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time ' +
      'stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  ],
  ['vector? -> vector', 'day_of_month day_of_week day_of_year days_in_month hour minute month year'],
  ['-> scalar', 'end pi range start step time'],
  ['vector -> scalar', 'scalar'],
  ['scalar -> vector', 'vector'],
  ['vector scalar -> vector', 'clamp_max clamp_min'],
  ['vector scalar scalar -> vector', 'clamp'],
  ['vector scalar? -> vector', 'round'],
  ['scalar vector -> vector', 'histogram_quantile'],
  ['scalar scalar vector -> vector', 'histogram_fraction'],
  ['vector string scalar scalar* -> vector', 'histogram_quantiles'],
  ['matrix scalar -> vector', 'predict_linear'],
  ['matrix scalar scalar -> vector', 'double_exponential_smoothing holt_winters'],
  ['scalar matrix -> vector', 'quantile_over_time'],
  ['vector vector? -> vector', 'info'],
  ['vector string string string string -> vector', 'label_replace'],
  ['vector string string string* -> vector', 'label_join'],
  ['vector string* -> vector', 'sort_by_label sort_by_label_desc'],
]

const signatures = new Map(
  table.flatMap(([types, names]) => names.split(' ').map(name => [name, read(types)] as const)),
)

/** What a function takes and gives; undefined for a name that is no function's. */
export function signatureOf(name: string): Signature | undefined {
  return signatures.get(name)
}

function read(types: string): Signature {
  const [left = '', right = ''] = types.split('->')
  const words = left.split(' ').filter(word => word !== '')
  const optional = words.filter(word => /[?*]$/.test(word)).length
  return {
    parameters: words.map(typeNamed),
    least: words.length - optional,
    most: left.includes('*') ? Infinity : words.length,
    result: typeNamed(right.trim()),
  }
}

function typeNamed(word: string): ValueType {
  const name = word.replace(/[?*]$/, '')
  return name === 'scalar' || name === 'matrix' || name === 'string' ? name : 'vector'
}
