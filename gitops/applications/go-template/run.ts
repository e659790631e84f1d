import { TemplateError, UnknownTemplateError } from './error.ts'
import { functions } from './functions.ts'
import { type Argument, type Node, type Pipeline, parse } from './parse.ts'
import { isMap, isTrue, print, type Value } from './value.ts'

/**
 * Renders a template as Argo CD does with `goTemplate: true` and `missingkey=error`. Throws a TemplateError where Go
 * would fail, and an UnknownTemplateError where what Go would do is not known here.
 */
export function renderTemplate(template: string, dot: Value): string {
  return template.includes('{{') ? run(parsed(template), new Scope(dot)) : template
}

/** The few templates of an ApplicationSet are rendered for thousands of Applications. */
const known = new Map<string, readonly Node[]>()
const most = 1000

function parsed(template: string): readonly Node[] {
  const nodes = known.get(template) ?? parse(template)
  if (known.size >= most) known.clear()
  known.set(template, nodes)
  return nodes
}

/** Variables by name; those of an outer block can be assigned from an inner one. */
class Scope {
  readonly dot: Value
  readonly #outer: Scope | undefined
  readonly #variables = new Map<string, Value>()

  constructor(dot: Value, outer?: Scope) {
    this.dot = dot
    this.#outer = outer
    if (!outer) this.#variables.set('', dot) // $ is what the template was given
  }

  inner(): Scope {
    return new Scope(this.dot, this)
  }

  get(name: string): Value {
    const value = this.#variables.get(name)
    if (value !== undefined) return value
    if (this.#outer) return this.#outer.get(name)
    throw new TemplateError(`undefined variable: $${name}`)
  }

  declare(name: string, value: Value): void {
    this.#variables.set(name, value)
  }

  assign(name: string, value: Value): void {
    if (this.#variables.has(name)) this.#variables.set(name, value)
    else if (this.#outer) this.#outer.assign(name, value)
    else throw new TemplateError(`undefined variable: $${name}`)
  }
}

function run(nodes: readonly Node[], scope: Scope): string {
  return nodes.map(node => runNode(node, scope)).join('')
}

function runNode(node: Node, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'action': {
      const value = evaluate(node.pipeline, scope)
      return node.pipeline.variable ? '' : print(value)
    }
    case 'if': {
      const inner = scope.inner()
      const taken = node.branches.find(({ condition }) => !condition || isTrue(evaluate(condition, inner)))
      return taken ? run(taken.body, inner.inner()) : ''
    }
  }
}

function evaluate({ variable, commands }: Pipeline, scope: Scope): Value {
  let value: Value | undefined
  for (const command of commands) value = call(command, value, scope)
  if (value === undefined) throw new TemplateError('an empty pipeline')
  if (variable?.declares) scope.declare(variable.name, value)
  else if (variable) scope.assign(variable.name, value)
  return value
}

/** `last` is what the command before gives: the last argument. */
function call([first, ...rest]: readonly Argument[], last: Value | undefined, scope: Scope): Value {
  if (!first) throw new TemplateError('an empty command')
  if (first.operand.kind !== 'function') {
    if (rest.length > 0 || last !== undefined)
      throw new TemplateError('a value that is no function was given arguments')
    return read(first, scope)
  }
  const { name } = first.operand
  if (name === 'and' || name === 'or') return shortCut(name, rest, last, scope)
  const given = rest.map(each => read(each, scope))
  const called = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!called) throw new UnknownTemplateError(`the function ${name} is not known`)
  return called(...given, ...(last === undefined ? [] : [last]))
}

function shortCut(name: 'and' | 'or', rest: readonly Argument[], last: Value | undefined, scope: Scope): Value {
  let value: Value = last ?? null
  for (const argument of rest) {
    value = read(argument, scope)
    if (isTrue(value) === (name === 'or')) return value
  }
  return last ?? value
}

function read({ operand, fields }: Argument, scope: Scope): Value {
  const value = ((): Value => {
    switch (operand.kind) {
      case 'value':
        return operand.value
      case 'dot':
        return scope.dot
      case 'variable':
        return scope.get(operand.name)
      case 'pipeline':
        return evaluate(operand.pipeline, scope.inner())
      case 'function':
        return call([{ operand, fields: [] }], undefined, scope)
    }
  })()
  return fields.reduce(field, value)
}

function field(value: Value, name: string): Value {
  if (!isMap(value)) throw new TemplateError(`no field ${name} in what is no map`)
  if (!Object.hasOwn(value, name)) throw new TemplateError(`map has no entry for key ${JSON.stringify(name)}`)
  return value[name] ?? null
}
