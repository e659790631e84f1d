import { type Operation, operations } from './operations.ts'

export type Matched = { operation: Operation; path: Record<string, string> }

/** What may hold slashes in a path. */
const open = new Set(['path', 'ref', 'basehead', 'branch'])

type Route = { operation: Operation; method: string; pattern: RegExp; names: string[]; fixed: number }

const routes: Route[] = Object.keys(operations)
  .filter(isOperation)
  .map(routeOf)
  .sort((a, b) => b.fixed - a.fixed)

/** The operation that a request is for, or undefined; the more a path says by itself, the earlier it is tried. */
export function match(method: string, pathname: string): Matched | undefined {
  for (const { operation, pattern, names, method: own } of routes) {
    const values = own === method ? pattern.exec(pathname) : null
    if (!values) continue
    const path = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index + 1] ?? '')]))
    return { operation, path }
  }
  return undefined
}

function routeOf(operation: Operation): Route {
  const [method = '', template = ''] = operation.split(' ')
  const parts = template.split('/')
  const names: string[] = []
  const patterns = parts.map(part => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? []
    if (name === undefined) return part
    names.push(name)
    return open.has(name) ? '(.+)' : '([^/]+)'
  })
  const fixed = parts.filter(part => !part.startsWith('{')).length
  return { operation, method, pattern: new RegExp(`^${patterns.join('/')}$`), names, fixed }
}

function isOperation(name: string): name is Operation {
  return name in operations
}
