import { ConfigurationError, type Place } from '../configuration/index.ts'

/** `registry/path:tag@sha256:…`, taken apart. `repository` holds registry and path, as kustomize's `newName` does. */
export type ImageReference = { repository: string; tag?: string; digest?: string }

const domain =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]{1,5})?$/
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const digestPattern = /^sha256:[0-9a-f]{64}$/

/**
 * Parses an image reference by the grammar of the distribution project (`reference.go`): no shell metacharacter,
 * whitespace or newline can pass. Digests are sha256. `place` names the origin in the ConfigurationError.
 */
export function parseImageReference(text: string, place?: Place): ImageReference {
  const fail = (problem: string): never => {
    throw new ConfigurationError({
      problem,
      ...(place && { place }),
      value: text,
      cure: 'Write it as registry/repository:tag@sha256:<64 hex digits>, in lower case',
    })
  }
  const at = text.indexOf('@')
  const digest = at < 0 ? undefined : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  const colon = named.lastIndexOf(':')
  const tagged = colon > named.lastIndexOf('/')
  const repository = tagged ? named.slice(0, colon) : named
  const tag = tagged ? named.slice(colon + 1) : undefined
  if (digest !== undefined && !digestPattern.test(digest)) fail('not a sha256 digest in the image reference')
  if (tag !== undefined && !tagPattern.test(tag)) fail('not a valid tag in the image reference')
  if (!isRepository(repository)) fail('not a valid image reference')
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** Writes a reference back: `repository[:tag][@digest]`. */
export function formatImageReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/**
 * The registry host a reference's repository is pulled from, and its path there; Docker Hub when it names none. As the
 * distribution project has it (`normalize.go`): the old name of Docker Hub's index is Docker Hub, and an image with no
 * owner there is one of `library`.
 */
export function splitRepository(repository: string): { registry: string; path: string } {
  const [first = '', ...rest] = repository.split('/')
  const named = rest.length > 0 && isHost(first)
  const registry = named && first !== 'index.docker.io' ? first : 'docker.io'
  const path = named ? rest.join('/') : repository
  return { registry, path: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path }
}

function isRepository(text: string): boolean {
  if (text.length > 255) return false
  const [first = '', ...rest] = text.split('/')
  if (rest.length > 0 && isHost(first)) return domain.test(first) && rest.every(part => component.test(part))
  return [first, ...rest].every(part => component.test(part))
}

/** Docker's rule: the first part is a host when it has a dot or a port, is localhost, or has upper-case letters. */
function isHost(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first
}
