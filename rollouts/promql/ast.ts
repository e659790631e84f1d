/** A half-open range [start, end) of the query, in UTF-16 units. */
export type Span = { start: number; end: number }

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** One label matcher; `value` without its quotes and escapes. */
export type Matcher = Span & { label: string; operator: MatchOperator; value: string }

/** A duration in brackets or after `offset`; `ms` is undefined when it is not a plain one (`step()`, arithmetic). */
export type Duration = Span & { ms: number | undefined }

export type Matching = { kind: 'on' | 'ignoring'; labels: readonly string[]; group: 'left' | 'right' | undefined }

export type Grouping = { kind: 'by' | 'without'; labels: readonly string[] }

export type NumberLiteral = Span & { kind: 'number'; value: number }
export type Text = Span & { kind: 'string'; value: string }
/** `metric` is undefined in `{job="a"}`. */
export type Selector = Span & { kind: 'selector'; metric: string | undefined; matchers: readonly Matcher[] }
/** `operand[range]` */
export type RangeOf = Span & { kind: 'range'; operand: Node; range: Duration }
/** `operand[range:step]` */
export type Subquery = Span & { kind: 'subquery'; operand: Node; range: Duration; step: Duration | undefined }
/** `operand offset 1h`, `operand @ 1234`, `operand anchored`, `operand smoothed` */
export type Modified = Span & {
  kind: 'modified'
  modifier: 'offset' | '@' | 'anchored' | 'smoothed'
  operand: Node
  offset: Duration | undefined
}
export type Paren = Span & { kind: 'paren'; operand: Node }
export type Unary = Span & { kind: 'unary'; operator: string; operand: Node }
export type Binary = Span & {
  kind: 'binary'
  operator: string
  bool: boolean
  matching: Matching | undefined
  left: Node
  right: Node
}
export type Aggregation = Span & {
  kind: 'aggregation'
  operator: string
  grouping: Grouping | undefined
  arguments: readonly Node[]
}
export type Call = Span & { kind: 'call'; name: string; arguments: readonly Node[] }

/** An expression of PromQL. */
export type Node =
  | NumberLiteral
  | Text
  | Selector
  | RangeOf
  | Subquery
  | Modified
  | Paren
  | Unary
  | Binary
  | Aggregation
  | Call

/** The expressions directly inside of one. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return []
    case 'range':
    case 'subquery':
    case 'modified':
    case 'paren':
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'aggregation':
    case 'call':
      return node.arguments
  }
}

/** An expression and all inside of it, the outermost first. */
export function* walk(node: Node): Iterable<Node> {
  yield node
  for (const child of children(node)) yield* walk(child)
}

/** An expression without the parentheses around it. */
export function bare(node: Node): Node {
  return node.kind === 'paren' ? bare(node.operand) : node
}
