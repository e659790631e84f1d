import { PromqlError, type QueryFault } from './fault.ts'
import { signatureOf } from './signature.ts'

/** Why the grammar stops at `offset`, in words that help; the parser itself only knows the place. */
export function syntaxError(query: string, offset: number): PromqlError {
  const start = skipBlanks(query, offset)
  const token = tokenAt(query, start)
  const here = { problem: unexpected(token), start, end: start + token.length }
  const fault =
    query.trim() === ''
      ? { ...here, problem: 'the query is empty' }
      : (openString(query) ?? unknownFunction(query, start) ?? here)
  return new PromqlError({ kind: 'syntax', ...fault })
}

type Found = Omit<QueryFault, 'kind'>

function unexpected(token: string): string {
  return token === '' ? 'the query ends too early' : `${JSON.stringify(token)} is not expected here`
}

/** The first string that has no end, which is where the mistake is, however far the grammar came. */
function openString(query: string): Found | undefined {
  for (const { 0: token, index } of query.matchAll(/"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`[^`]*`?|#[^\n]*/g)) {
    if (token.startsWith('#') || (token.length > 1 && token.endsWith(token.charAt(0)))) continue
    return { problem: 'a string is not closed', start: index, end: index + token.length }
  }
  return undefined
}

const keywords = new Set('and or unless by without on ignoring group_left group_right offset bool atan2'.split(' '))

/** An identifier in front of a parenthesis that did not fit is a function that nobody knows. */
function unknownFunction(query: string, offset: number): Found | undefined {
  if (query[offset] !== '(') return undefined
  const before = query.slice(Math.max(0, offset - 200), offset)
  const [name = ''] = /[a-zA-Z_:][a-zA-Z0-9_:]*$/.exec(before.trimEnd()) ?? []
  if (name === '' || keywords.has(name.toLowerCase()) || signatureOf(name)) return undefined
  const end = offset - (before.length - before.trimEnd().length)
  return { problem: `there is no function ${name}`, start: end - name.length, end }
}

function skipBlanks(query: string, offset: number): number {
  const [blanks = ''] = /^(?:\s+|#[^\n]*)*/.exec(query.slice(offset, offset + 5000)) ?? []
  return offset + blanks.length
}

/** The token that starts here, cut to what fits in a message. */
function tokenAt(query: string, offset: number): string {
  const token = /^(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`[^`]*`?|[\w:.]+|[=!<>]=|=~|!~|.)/su
  const [found = ''] = token.exec(query.slice(offset, offset + 60)) ?? []
  return found
}
