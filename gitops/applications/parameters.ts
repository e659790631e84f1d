import type { Step } from '../../configuration/index.ts'
import type { Tree } from '../repository/index.ts'
import type { Generator } from './application-set.ts'
import { fromGit, type Index, indexOf } from './git-generator.ts'
import { isMap, print, renderTemplate, type Value } from './go-template/index.ts'

/** One set of parameters: an Application is rendered from each. */
export type Parameters = { readonly [key: string]: Value }

/** What a generator of pull requests finds, given what it asks for. */
export type PullRequests = (asked: Value) => readonly Parameters[]

/**
 * What a generator finds in a Git repository, as Argo CD 3.2 does (applicationset/generators: git.go, matrix.go, list.go
 * and generator_spec_processor.go). Pull requests are not in Git: there are those that are given, none by default.
 */
export function parametersOf(
  root: Tree,
  { matrix, ...generator }: Generator,
  pulls: PullRequests = none,
): Parameters[] {
  const index = indexOf(root)
  if (!matrix) return fromLeaf(index, generator, pulls)
  // The first one's values go before the second's, and are in reach of the second's own templates.
  const [first, second] = matrix.generators
  return fromLeaf(index, first, pulls)
    .flatMap(outer => fromLeaf(index, interpolate(second, outer), pulls).map(inner => merge(inner, outer)))
    .filter(each => matches(each, generator.selector))
}

/**
 * The paths to those of a generator's Git generators that find neither file nor folder, whatever is selected of them. One
 * that is joined with nothing is not asked.
 */
export function emptyPaths(root: Tree, { matrix, ...generator }: Generator): (readonly Step[])[] {
  const index = indexOf(root)
  const isEmpty = (leaves: readonly Leaf[]) =>
    leaves.length > 0 && leaves.every(({ git }) => git !== undefined && fromGit(index, git).length === 0)
  if (!matrix) return isEmpty([generator]) ? [['git']] : []
  const [first, second] = matrix.generators
  const seconds = fromLeaf(index, first, none).map(outer => interpolate(second, outer))
  return [[first], seconds].flatMap((leaves, at) => (isEmpty(leaves) ? [['matrix', 'generators', at, 'git']] : []))
}

type Leaf = Omit<Generator, 'matrix'>

const none: PullRequests = () => []

function fromLeaf(index: Index, { git, list, pullRequest, selector }: Leaf, pulls: PullRequests): Parameters[] {
  const found = git ? fromGit(index, git) : list ? list.elements : pullRequest === undefined ? [] : pulls(pullRequest)
  return found.filter(each => matches(each, selector))
}

/** mergo with override: maps are merged, and `over` wins where it is not empty. */
function merge(under: Parameters, over: Parameters): Parameters {
  const merged: Record<string, Value> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    if (isMap(below) && isMap(value)) merged[key] = merge(below, value)
    else if (below === undefined || !isEmpty(value)) merged[key] = value
  }
  return merged
}

function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0
  return (
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (isMap(value) && Object.keys(value).length === 0)
  )
}

function interpolate(generator: Leaf, parameters: Parameters): Leaf {
  return deeply(generator, text => renderTemplate(text, parameters))
}

/** Renders every string of a plain value, the keys too. */
export function deeply<T>(value: T, render: (text: string) => string): T
export function deeply(value: unknown, render: (text: string) => string): unknown {
  if (typeof value === 'string') return render(value)
  if (Array.isArray(value)) return value.map(each => deeply(each, render))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [render(key), deeply(each, render)]))
}

function matches(parameters: Parameters, selector: Leaf['selector']): boolean {
  if (!selector) return true
  const flat = new Map(flatten(parameters))
  const equal = Object.entries(selector.matchLabels).every(([key, value]) => flat.get(key) === value)
  return (
    equal &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = flat.get(key)
      const isIn = value !== undefined && values.includes(value)
      return { In: isIn, NotIn: !isIn, Exists: value !== undefined, DoesNotExist: value === undefined }[operator]
    })
  )
}

function flatten(value: Value, key = ''): [string, string][] {
  const below = (name: string) => (key === '' ? name : `${key}.${name}`)
  if (Array.isArray(value)) return value.flatMap((each, index) => flatten(each, below(String(index))))
  if (isMap(value)) return Object.entries(value).flatMap(([name, each]) => flatten(each, below(name)))
  return [[key, value === null ? '<nil>' : print(value)]]
}
