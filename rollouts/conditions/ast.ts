import type { Nature } from './nature.ts'

/** What every node carries: the static type that the checker found, and how deep the tree under it is. */
type Common = { nature: Nature; depth: number }

export type Nil = Common & { kind: 'nil' }
export type Identifier = Common & { kind: 'identifier'; name: string }
export type Integer = Common & { kind: 'integer'; value: bigint }
export type Float = Common & { kind: 'float'; value: number }
export type Bool = Common & { kind: 'bool'; value: boolean }
export type Text = Common & { kind: 'string'; value: string }
/** Made by the optimizer only: a list of literals, or the set of literals on the right of `in`. */
export type Constant = Common & {
  kind: 'constant'
  form: 'list' | 'set'
  items: readonly (Integer | Float | Bool | Text)[]
}
export type Unary = Common & { kind: 'unary'; operator: string; operand: Node }
export type Binary = Common & { kind: 'binary'; operator: string; left: Node; right: Node }
export type Chain = Common & { kind: 'chain'; node: Node }
export type Member = Common & { kind: 'member'; node: Node; property: Node; optional: boolean; method: boolean }
export type SliceOf = Common & { kind: 'slice'; node: Node; from: Node | undefined; to: Node | undefined }
export type Call = Common & { kind: 'call'; callee: Node; arguments: Node[] }
/** `throws` and `map` are set by the optimizer, when it folds filter() into what surrounds it. */
export type Builtin = Common & {
  kind: 'builtin'
  name: string
  arguments: Node[]
  throws: boolean
  map: Node | undefined
}
export type Predicate = Common & { kind: 'predicate'; node: Node }
export type Pointer = Common & { kind: 'pointer'; name: string }
export type Conditional = Common & {
  kind: 'conditional'
  ternary: boolean
  condition: Node
  whenTrue: Node
  otherwise: Node
}
export type Declaration = Common & { kind: 'declaration'; name: string; value: Node; body: Node }
export type Sequence = Common & { kind: 'sequence'; nodes: Node[] }
export type List = Common & { kind: 'array'; nodes: Node[] }
export type MapOf = Common & { kind: 'map'; pairs: Node[] }
export type Pair = Common & { kind: 'pair'; key: Node; value: Node }

/** A node of the syntax tree, named as in expr-lang's `ast/node.go`. */
export type Node =
  | Nil
  | Identifier
  | Integer
  | Float
  | Bool
  | Text
  | Constant
  | Unary
  | Binary
  | Chain
  | Member
  | SliceOf
  | Call
  | Builtin
  | Predicate
  | Pointer
  | Conditional
  | Declaration
  | Sequence
  | List
  | MapOf
  | Pair

/** A node without what `make` adds. */
type Bare<N> = N extends Node ? Omit<N, keyof Common> : never

/** Makes a node; its type is unknown until it is checked. */
export function make<K extends Node['kind']>(
  bare: Bare<Extract<Node, { kind: K }>> & { kind: K },
): Extract<Node, { kind: K }>
export function make(bare: Bare<Node>): Node {
  const node: Node = { ...bare, nature: {}, depth: 1 }
  node.depth = 1 + Math.max(0, ...children(node).map(child => child.depth))
  return node
}

/** The nodes directly under a node, in the order in which expr-lang walks them. */
export function children(node: Node): Node[] {
  return slots(node).map(slot => slot.get())
}

/** A place in a parent that holds a node, for the optimizer to put another one in. */
export type Slot = { get(): Node; set(node: Node): void }

/** The places directly under a node; the body that the optimizer gave to filter() is not among them, as in expr-lang. */
export function slots(node: Node): Slot[] {
  switch (node.kind) {
    case 'nil':
    case 'identifier':
    case 'integer':
    case 'float':
    case 'bool':
    case 'string':
    case 'constant':
    case 'pointer':
      return []
    case 'unary':
      return [{ get: () => node.operand, set: to => (node.operand = to) }]
    case 'binary':
      return [
        { get: () => node.left, set: to => (node.left = to) },
        { get: () => node.right, set: to => (node.right = to) },
      ]
    case 'chain':
    case 'predicate':
      return [{ get: () => node.node, set: to => (node.node = to) }]
    case 'member':
      return [
        { get: () => node.node, set: to => (node.node = to) },
        { get: () => node.property, set: to => (node.property = to) },
      ]
    case 'slice':
      return sliceSlots(node)
    case 'call':
      return [{ get: () => node.callee, set: to => (node.callee = to) }, ...listSlots(node.arguments)]
    case 'builtin':
      return listSlots(node.arguments)
    case 'conditional':
      return [
        { get: () => node.condition, set: to => (node.condition = to) },
        { get: () => node.whenTrue, set: to => (node.whenTrue = to) },
        { get: () => node.otherwise, set: to => (node.otherwise = to) },
      ]
    case 'declaration':
      return [
        { get: () => node.value, set: to => (node.value = to) },
        { get: () => node.body, set: to => (node.body = to) },
      ]
    case 'sequence':
    case 'array':
      return listSlots(node.nodes)
    case 'map':
      return listSlots(node.pairs)
    case 'pair':
      return [
        { get: () => node.key, set: to => (node.key = to) },
        { get: () => node.value, set: to => (node.value = to) },
      ]
  }
}

function sliceSlots(node: SliceOf): Slot[] {
  const { from, to } = node
  return [
    { get: () => node.node, set: given => (node.node = given) },
    ...(from ? [{ get: () => node.from ?? from, set: (given: Node) => (node.from = given) }] : []),
    ...(to ? [{ get: () => node.to ?? to, set: (given: Node) => (node.to = given) }] : []),
  ]
}

function listSlots(nodes: Node[]): Slot[] {
  return nodes.map((node, index) => ({ get: () => nodes[index] ?? node, set: to => (nodes[index] = to) }))
}
