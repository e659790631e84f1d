import { z } from 'zod'
import { ConfigurationError, parseJson } from '../../configuration/index.ts'
import { matchImage } from '../../gitops/health/index.ts'
import { type Deployments, labelsOf, OutOfReachError } from './deployments.ts'

export type ArgoCd = {
  /** Its address, without `/api`. */
  url: string
  token: string
  fetch: typeof fetch
}

/** Milliseconds that one request may take: a refresh answers when it is done. */
const timeout = 60_000

const list = z.looseObject({ items: z.array(z.unknown()).nullable() })
const manifest = z.looseObject({ manifest: z.string() })
const tree = z.looseObject({
  nodes: z
    .array(
      z.looseObject({
        group: z.string().optional(),
        kind: z.string(),
        namespace: z.string().optional(),
        name: z.string(),
        images: z.array(z.string()).nullish(),
        parentRefs: z.array(z.looseObject({ kind: z.string() })).nullish(),
      }),
    )
    .nullish(),
})

/** Sees everything through Argo CD's own HTTP API, which reads workloads and pods in the clusters for us. */
export function argocdDeployments({ url, token, fetch }: ArgoCd): Deployments {
  const api = `${url.replace(/\/+$/, '')}/api/v1/applications`

  async function ask(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const late = AbortSignal.timeout(timeout)
    try {
      const response = await fetch(`${api}${path}?${new URLSearchParams(query)}`, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.any([signal, late]),
      })
      const text = await response.text()
      if (response.ok) return answerOf(text, url)
      throw refusal(response.status, text, url)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConfigurationError || error instanceof OutOfReachError) throw error
      throw new OutOfReachError(`${url} does not answer${late.aborted ? ` within ${timeout / 1000} s` : ''}`, {
        cause: error,
      })
    }
  }

  /** An object as Argo CD reads it from its cluster now. */
  async function resource(
    application: { name: string; namespace?: string | null | undefined },
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      const answer = await ask(
        `/${encodeURIComponent(application.name)}/resource`,
        { ...inNamespace(application), ...query },
        signal,
      )
      return answerOf(read(manifest, answer).manifest, url)
    } catch (error) {
      if (error instanceof NotThereError) return undefined
      throw error
    }
  }

  async function labelled(selector: string, signal: AbortSignal): Promise<readonly unknown[]> {
    return read(list, await ask('', { selector }, signal)).items ?? []
  }

  return {
    name: 'argocd',
    applications: (app, cluster, signal) => labelled(labelsOf(app, cluster), signal),
    labelled,
    async refresh({ metadata }, signal) {
      await ask(`/${encodeURIComponent(metadata.name)}`, { ...inNamespace(metadata), refresh: 'normal' }, signal)
    },
    workload: ({ application, signal }, { group, version, kind, namespace, name }) =>
      resource(application.metadata, { group, version, kind, namespace, resourceName: name }, signal),
    async pods({ application: { metadata }, signal }, _workloads, wanted) {
      const path = `/${encodeURIComponent(metadata.name)}/resource-tree`
      const { nodes } = read(tree, await ask(path, inNamespace(metadata), signal))
      const suspects = (nodes ?? []).filter(
        ({ group = '', kind, images, parentRefs }) =>
          group === '' &&
          kind === 'Pod' &&
          images?.some(image => matchImage(image, wanted) === 'else') &&
          !parentRefs?.some(({ kind }) => kind === 'Job'), // what a CronJob began under the old pin ends by itself
      )
      const found = await Promise.all(
        suspects.map(({ namespace = '', name }) =>
          resource(metadata, { group: '', version: 'v1', kind: 'Pod', namespace, resourceName: name }, signal),
        ),
      )
      return found.filter(pod => pod !== undefined)
    },
  }
}

class NotThereError extends OutOfReachError {}

function inNamespace({ namespace }: { namespace?: string | null | undefined }): Record<string, string> {
  return namespace ? { appNamespace: namespace } : {}
}

const fault = z.looseObject({ message: z.string() })

function refusal(status: number, text: string, url: string): Error {
  const message = fault.safeParse(parseJson(text)).data?.message ?? text.replace(/\s+/g, ' ').slice(0, 200)
  if (status === 404 || (status === 400 && / not found as part of application /.test(message))) {
    return new NotThereError(`${url} does not find it: ${message}`)
  }
  if (status !== 401 && status !== 403) return new OutOfReachError(`${url} answers ${status}: ${message}`)
  return new ConfigurationError({
    problem: `${url} does not let us look: ${message}`,
    place: { input: 'argocd-token' },
    cure: 'Give a token of an account that may get applications; it must live as long as the run',
  })
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new OutOfReachError('the answer is not one of Argo CD', { cause: parsed.error })
}

function answerOf(text: string, url: string): unknown {
  const value = parseJson(text)
  if (value !== undefined) return value
  throw new OutOfReachError(`${url} does not answer as Argo CD does: ${text.replace(/\s+/g, ' ').slice(0, 100)}`)
}
