import { KubernetesError } from './error.ts'
import { type KubernetesObject, listSchema, objectSchema, read } from './object.ts'
import { pathOf, type Resource } from './resource.ts'
import { type Credentials, type Request, readJson, send } from './transport.ts'
import { readEvents, type WatchEvent } from './watch.ts'

/** Ends a request early. Without it a request may take 30 s, and a watch as long as it lasts. */
export type Bounds = { signal?: AbortSignal; timeout?: number }

export type One = { namespace?: string; name: string }
export type Some = { namespace?: string; labelSelector?: string; fieldSelector?: string }
/** Watches from this version on, for at most so many whole seconds. */
export type From = Some & { resourceVersion: string; timeoutSeconds: number }

/**
 * A Kubernetes API, any kind of it. Every method throws a KubernetesError for what the server refuses and for a server
 * that is out of reach, and the signal's reason when it is aborted.
 */
export interface KubernetesClient {
  readonly server: string
  /** The namespace that the context names; `default` where it names none. */
  readonly namespace: string
  get(resource: Resource, one: One, bounds?: Bounds): Promise<KubernetesObject>
  /** Every page of it. */
  list(resource: Resource, some: Some, bounds?: Bounds): Promise<ObjectList>
  /** A field that the server does not know is refused, as kubectl has it refused. */
  create(resource: Resource, where: { namespace?: string }, object: unknown, bounds?: Bounds): Promise<KubernetesObject>
  /** A JSON merge patch (RFC 7386). */
  patch(resource: Resource, one: One, change: unknown, bounds?: Bounds): Promise<KubernetesObject>
  /** With a uid, only the object that has it. What it owns is deleted in the background. */
  delete(resource: Resource, one: One & { uid?: string }, bounds?: Bounds): Promise<void>
  watch(resource: Resource, from: From, bounds?: Bounds): AsyncIterable<WatchEvent>
}

export type ObjectList = { items: readonly KubernetesObject[]; resourceVersion: string | undefined }

const defaultTimeout = 30_000
const pageSize = '500'

/** A client for the server that the credentials are for. */
export function makeClient(credentials: Credentials, namespace: string): KubernetesClient {
  async function ask(request: Omit<Request, 'signal'>, { signal, timeout = defaultTimeout }: Bounds): Promise<unknown> {
    const late = AbortSignal.timeout(timeout)
    try {
      const all = signal ? AbortSignal.any([signal, late]) : late
      return await readJson(await send(credentials, { ...request, signal: all }))
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!late.aborted) throw error
      throw new KubernetesError('unreachable', `no answer within ${timeout / 1000} s`, { cause: error })
    }
  }

  return {
    server: credentials.server,
    namespace,
    async get(resource, one, bounds = {}) {
      return read(objectSchema, await ask({ method: 'GET', path: pathOf(resource, one) }, bounds))
    },
    async list(resource, { namespace: within, ...selectors }, bounds = {}) {
      const items: KubernetesObject[] = []
      const path = pathOf(resource, within === undefined ? {} : { namespace: within })
      let next = ''
      let resourceVersion: string | undefined
      do {
        const query = new URLSearchParams({ ...selectors, limit: pageSize, ...(next !== '' && { continue: next }) })
        const page = read(listSchema, await ask({ method: 'GET', path: `${path}?${query}` }, bounds))
        items.push(...(page.items ?? []))
        next = page.metadata?.continue ?? ''
        resourceVersion = page.metadata?.resourceVersion
      } while (next !== '')
      return { items, resourceVersion }
    },
    async create(resource, where, object, bounds = {}) {
      const path = `${pathOf(resource, where)}?fieldManager=stovepipe&fieldValidation=Strict`
      return read(objectSchema, await ask({ method: 'POST', path, body: object }, bounds))
    },
    async patch(resource, one, change, bounds = {}) {
      const path = `${pathOf(resource, one)}?fieldManager=stovepipe&fieldValidation=Strict`
      const contentType = 'application/merge-patch+json'
      return read(objectSchema, await ask({ method: 'PATCH', path, body: change, contentType }, bounds))
    },
    async delete(resource, { uid, ...one }, bounds = {}) {
      const body = { propagationPolicy: 'Background', ...(uid !== undefined && { preconditions: { uid } }) }
      await ask({ method: 'DELETE', path: pathOf(resource, one), body }, bounds)
    },
    watch(resource, from, bounds = {}) {
      return watch(credentials, resource, from, bounds)
    },
  }
}

async function* watch(
  credentials: Credentials,
  resource: Resource,
  { namespace, timeoutSeconds, ...rest }: From,
  { signal, timeout }: Bounds,
): AsyncGenerator<WatchEvent, void> {
  const query = new URLSearchParams({
    ...rest,
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(timeoutSeconds),
  })
  const path = `${pathOf(resource, namespace === undefined ? {} : { namespace })}?${query}`
  // The server ends the watch; a connection that died without a word is given up a little later.
  const late = AbortSignal.timeout(timeout ?? timeoutSeconds * 1000 + 10_000)
  const all = signal ? AbortSignal.any([signal, late]) : late
  try {
    yield* readEvents(await send(credentials, { method: 'GET', path, signal: all }))
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (!late.aborted) throw error
    throw new KubernetesError('unreachable', 'the watch fell silent', { cause: error })
  }
}
