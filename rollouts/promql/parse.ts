import { parser } from '@prometheus-io/lezer-promql'
import type { Node } from './ast.ts'
import { UnreadableError } from './fault.ts'
import { readTree } from './read.ts'
import { syntaxError } from './syntax-error.ts'

/** Longer queries are no queries; Prometheus itself takes a URL or form of about this size. */
const longest = 100_000
/** The grammar's parser gives up at some depth of brackets and of operators; what is near it is not judged. */
const deepest = 200
const mostOperators = 250

const strict = parser.configure({ strict: true })

/**
 * Parses a PromQL expression with Prometheus' own grammar. Throws a PromqlError with the place of the first thing that
 * does not fit, and an UnreadableError for a query too large to be judged. Types are for `typeFaults`.
 */
export function parse(query: string): Node {
  refuseUnreadable(query)
  try {
    return readTree(strict.parse(query), query)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const [, offset = '0'] = /No parse at (\d+)/.exec(error.message) ?? []
    throw syntaxError(query, Number(offset))
  }
}

function refuseUnreadable(query: string): void {
  if (query.length > longest) throw new UnreadableError(`the query is longer than ${longest} characters`)
  let depth = 0
  let deep = 0
  let operators = 0
  for (const [token] of query.matchAll(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*|[([{]|[)\]}]|=[=~]?|[-+*/%^<>!@]+|\b(?:and|or|unless|atan2|offset)\b/gi,
  )) {
    if (/^[([{]$/.test(token)) deep = Math.max(deep, ++depth)
    else if (/^[)\]}]$/.test(token)) depth--
    else if (!/^["'`#=]/.test(token)) operators += token.length
  }
  if (deep > deepest) throw new UnreadableError(`the query is nested more than ${deepest} levels deep`)
  if (operators > mostOperators) throw new UnreadableError(`the query joins more than ${mostOperators} expressions`)
}
