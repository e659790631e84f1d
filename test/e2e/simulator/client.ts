import { Agent, request as httpsRequest } from 'node:https'

/** An object as the API has it. */
export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; [field: string]: unknown }
  [field: string]: unknown
}

/** Which object: `kind` and, unless it has no namespace, where. */
export type Reference = { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } }

/** The API refused: its message, and its code. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The few requests that the tests make, with objects as they are. @kubernetes/client-node passes them through its own
 * models, which drop fields that these do not know, and cannot ask for strict validation; here both would hide faults.
 */
export type Client = {
  /** Any path; the answer is parsed if it is JSON. Throws an ApiError. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown>
  /** Server-side apply: makes the object or brings it to this. Unknown and duplicate fields are errors. */
  apply(object: KubernetesObject, options?: { dryRun?: boolean }): Promise<unknown>
  /** Changes the fields that are in `change`, in the object, its `status`, or another subresource such as `scale`. */
  patch(
    reference: Reference,
    change: unknown,
    options?: { status?: boolean; subresource?: string | undefined },
  ): Promise<unknown>
  /** An object, or a subresource of it such as `scale`; undefined if it is not there. */
  get(reference: Reference, subresource?: string): Promise<unknown>
  /** The list object of a kind, in one namespace or all. */
  list(apiVersion: string, kind: string, options?: { namespace?: string; selector?: string }): Promise<unknown>
  /** No error if it is not there. */
  remove(reference: Reference): Promise<void>
  close(): void
}

const fieldManager = 'stovepipe-e2e'

/** A client of the Kubernetes API at `server`. */
export function kubernetesClient({ server, token, ca }: { server: string; token: string; ca: string }): Client {
  const agent = new Agent({ keepAlive: true, ca })
  const resources = new Map<string, { name: string; namespaced: boolean }>()

  const request: Client['request'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': contentType }
      const asked = httpsRequest(`${server}${path}`, { method, agent, headers, timeout: 60_000 }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const answer: unknown = response.headers['content-type']?.includes('json') ? JSON.parse(text) : text
          const code = response.statusCode ?? 0
          if (code < 300) resolve(answer)
          else reject(new ApiError(code, messageOf(answer) ?? text))
        })
      })
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer within 60 s`)))
      asked.on('error', reject)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    })

  /** The path of a kind; asked of the server each time until it knows it, as a CRD takes a moment to be served. */
  async function pathOf(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const key = `${apiVersion} ${kind}`
    const resource = resources.get(key) ?? resourceOf(await request('GET', root), kind)
    if (resource === undefined) throw new ApiError(404, `the server does not know ${kind} of ${apiVersion}`)
    resources.set(key, resource)
    const place = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''
    return `${root}${place}/${resource.name}`
  }

  async function pathOfOne({ apiVersion, kind, metadata }: Reference, subresource?: string): Promise<string> {
    const path = `${await pathOf(apiVersion, kind, metadata.namespace ?? 'default')}/${metadata.name}`
    return subresource === undefined ? path : `${path}/${subresource}`
  }

  return {
    request,
    async apply(object, { dryRun = false } = {}) {
      const query = `fieldManager=${fieldManager}&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`
      return request('PATCH', `${await pathOfOne(object)}?${query}`, object, 'application/apply-patch+yaml')
    },
    async patch(reference, change, { status = false, subresource = status ? 'status' : undefined } = {}) {
      return request('PATCH', await pathOfOne(reference, subresource), change, 'application/merge-patch+json')
    },
    get: async (reference, subresource) => absent(request('GET', await pathOfOne(reference, subresource))),
    async list(apiVersion, kind, { namespace, selector } = {}) {
      const query = selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`
      return request('GET', `${await pathOf(apiVersion, kind, namespace)}${query}`)
    },
    async remove(reference) {
      await absent(request('DELETE', await pathOfOne(reference)))
    },
    close: () => agent.destroy(),
  }
}

async function absent(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined
    throw error
  }
}

function messageOf(status: unknown): string | undefined {
  return isRecord(status) && typeof status.message === 'string' ? status.message : undefined
}

function resourceOf(list: unknown, kind: string): { name: string; namespaced: boolean } | undefined {
  const resources: unknown[] = isRecord(list) && Array.isArray(list.resources) ? list.resources : []
  for (const resource of resources) {
    if (!isRecord(resource) || resource.kind !== kind || typeof resource.name !== 'string') continue
    if (!resource.name.includes('/')) return { name: resource.name, namespaced: resource.namespaced === true }
  }
  return undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
