/** Precedences of expr-lang (`parser/operator/operator.go`); `**` and `^` bind to the right, all others to the left. */
export const binaryPrecedence: Readonly<Record<string, number>> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '>=': 20,
  '<=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
}

export const unaryPrecedence: Readonly<Record<string, number>> = { not: 50, '!': 50, '-': 90, '+': 90 }

export const bindsRight = (operator: string): boolean => operator === '**' || operator === '^'
export const isComparison = (operator: string): boolean => ['<', '>', '>=', '<='].includes(operator)
export const isBoolean = (operator: string): boolean => ['and', 'or', '&&', '||'].includes(operator)
export const mayFollowNot = (operator: string): boolean =>
  ['contains', 'matches', 'startsWith', 'endsWith', 'in'].includes(operator)

/** What a builtin that takes a predicate expects after its collection, in order. */
type PredicateArgument = { is: 'expression' | 'predicate'; optional: boolean }

const expression: PredicateArgument = { is: 'expression', optional: false }
const predicate: PredicateArgument = { is: 'predicate', optional: false }
const optional = (argument: PredicateArgument): PredicateArgument => ({ ...argument, optional: true })

/** The builtins whose arguments the parser reads in a way of its own. */
export const predicateBuiltins: ReadonlyMap<string, readonly PredicateArgument[]> = new Map([
  ...['all', 'none', 'any', 'one', 'filter', 'map', 'find', 'findIndex', 'findLast', 'findLastIndex', 'groupBy'].map(
    (name): [string, PredicateArgument[]] => [name, [expression, predicate]],
  ),
  ['count', [expression, optional(predicate)]],
  ['sum', [expression, optional(predicate)]],
  ['sortBy', [expression, predicate, optional(expression)]],
  ['reduce', [expression, predicate, optional(expression)]],
])
