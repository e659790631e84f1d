import type { Signal } from '../../../rollouts/manifests/index.ts'

const guard = 'len(result) > 0 && !isNaN(result[0]) && !isInf(result[0]) && '

/** What could be wrong with a signal, by what it is: each a signal that differs in one thing. */
export function mutantsOf(signal: Signal): [string, Signal][] {
  const { success, failure } = signal.judgement
  const query = signal.query('2m')
  const edits: [string, string][] = [
    ...matchersIn(query).map((matcher): [string, string] => [`no ${matcher}`, without(query, matcher)]),
    ['counters that are not mended', query.replace(/\b(?:rate|increase)\(/g, 'delta(')],
    ['no failures taken for unknown', query.replaceAll(' or vector(0)', '')],
    ['few requests taken for enough', query.replace(/>= \{\{args\.min-\w+\}\}/g, '>= 0')],
    ['the fullest or emptiest mixed up', query.replace(/\bmax\(/g, 'min(')],
    ['series that are told twice', query.replace(/\b(?:max|sum) by \((?!le\))[^)]*\) \(/g, '(')],
    ['a moment for a whole window', query.replace(/min_over_time\(/g, 'max_over_time(')],
    ['unknown taken for none', query.replace(' >= 0', '')],
  ]
  const edited = edits
    .filter(([, text]) => text !== query)
    .map(([what, text]): [string, Signal] => [what, { ...signal, query: () => text }])
  return [
    ['its threshold the other way round', { ...signal, judgement: { success: failure, failure: success } }],
    [
      'nothing measured taken for a measurement',
      { ...signal, judgement: { success: success.replace(guard, ''), failure: failure.replace(guard, '') } },
    ],
    ['a threshold that everything meets', judgedBy(signal, success, 'false', / (?:<=|>=|==) \S+\)?$/)],
    ...edited,
  ]
}

function judgedBy(signal: Signal, success: string, failure: string, threshold: RegExp): Signal {
  const closing = success.endsWith(')') ? ')' : ''
  return { ...signal, judgement: { success: success.replace(threshold, '  > -1e9') + closing, failure } }
}

function matchersIn(query: string): string[] {
  return [...new Set(query.match(/\w+(?:=~|!=|=)"[^"]*"/g))].filter(matcher => !matcher.startsWith('resource='))
}

function without(query: string, matcher: string): string {
  return query.replaceAll(`,${matcher}`, '').replaceAll(`${matcher},`, '').replaceAll(`{${matcher}}`, '')
}
