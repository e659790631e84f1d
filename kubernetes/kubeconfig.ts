import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { isNativeError } from 'node:util/types'
import { z } from 'zod'
import { ConfigurationError, type Place, readDocument, validate } from '../configuration/index.ts'

/** Where the pod's own credentials are mounted (kubernetes.io/docs, "Accessing the Kubernetes API from a Pod"). */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Where a cluster's address and credentials come from. */
export type Source =
  /** Text of a kubeconfig; relative paths in it start at `folder`. */
  | { kind: 'kubeconfig'; text: string; folder: string; place: Place }
  | { kind: 'in-cluster'; server: string; folder: string }

export type SourceHost = {
  env: Readonly<Record<string, string | undefined>>
  /** Relative paths start here. */
  cwd: string
  /** Instead of the folder where a pod's credentials are mounted. */
  serviceAccount?: string
}

/**
 * Finds the kubeconfig as kubectl does: the one given (a path, or the document itself), those that KUBECONFIG lists,
 * `~/.kube/config`, else the pod's own service account. Throws a ConfigurationError when there is none.
 */
export async function findSources(kubeconfig: string | undefined, host: SourceHost): Promise<Source[]> {
  if (kubeconfig !== undefined && isDocument(kubeconfig)) {
    return [{ kind: 'kubeconfig', text: kubeconfig, folder: host.cwd, place: { input: 'kubeconfig' } }]
  }
  if (kubeconfig !== undefined) {
    const file = resolve(host.cwd, kubeconfig)
    return [await readSource(file, { input: 'kubeconfig' })]
  }
  const listed = (host.env.KUBECONFIG ?? '').split(delimiter).filter(file => file !== '')
  if (listed.length > 0) return readListed(listed.map(file => resolve(host.cwd, file)))
  const home = host.env.HOME ?? host.env.USERPROFILE
  const own = home === undefined ? undefined : await readIfThere(join(home, '.kube', 'config'))
  if (own) return [own]
  const pod = await inCluster(host)
  if (pod) return [pod]
  throw new ConfigurationError({
    problem: 'no Kubernetes cluster is named',
    place: { input: 'kubeconfig' },
    cure: 'Give a kubeconfig, set KUBECONFIG, or run in a pod whose service account may do this',
  })
}

/** Checks the shape of a kubeconfig. No value is shown: any of them may be a secret in the wrong place. */
export function checkKubeconfig(text: string, place: Place): Kubeconfig {
  try {
    return validate(readDocument(text, 'file' in place ? place.file : 'kubeconfig'), schema)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const { problem, place: found } = error.fault
    throw new ConfigurationError({
      problem: `not a kubeconfig: ${problem}`,
      place: found ?? place,
      cure: 'Take one that kubectl accepts, for example from `kubectl config view --minify --flatten --raw`',
    })
  }
}

const named = z.looseObject({ name: z.string() })

/** A program that gives credentials: `users[].user.exec`. */
export const execSchema = z.looseObject({
  apiVersion: z.string().nullish(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
})

const schema = z.looseObject({
  clusters: z.array(named.extend({ cluster: z.looseObject({ server: z.string() }) })).nullish(),
  users: z.array(named.extend({ user: z.looseObject({ exec: execSchema.nullish() }).nullish() })).nullish(),
  contexts: z
    .array(
      named.extend({
        context: z.looseObject({ cluster: z.string(), user: z.string().optional(), namespace: z.string().optional() }),
      }),
    )
    .nullish(),
  'current-context': z.string().nullish(),
})

export type Kubeconfig = z.infer<typeof schema>

/** A path holds neither a line break nor a brace at its start. */
export function isDocument(kubeconfig: string): boolean {
  return /\n|^\s*\{/.test(kubeconfig)
}

async function readListed(files: readonly string[]): Promise<Source[]> {
  const found = (await Promise.all(files.map(readIfThere))).filter(source => source !== undefined)
  if (found.length > 0) return found
  throw new ConfigurationError({
    problem: 'KUBECONFIG names no file that exists',
    value: files.join(delimiter),
    cure: 'Write the file first, or unset KUBECONFIG',
  })
}

async function readIfThere(file: string): Promise<Source | undefined> {
  try {
    return { kind: 'kubeconfig', text: await readFile(file, 'utf8'), folder: dirname(file), place: { file } }
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined
    throw unreadable(file, { file }, error)
  }
}

async function readSource(file: string, place: Place): Promise<Source> {
  const source = await readIfThere(file)
  if (source) return source
  throw unreadable(file, place, undefined)
}

function unreadable(file: string, place: Place, cause: unknown): ConfigurationError {
  return new ConfigurationError({
    problem: cause === undefined ? 'there is no such kubeconfig' : 'the kubeconfig cannot be read',
    place,
    value: file,
    cure: 'Give the path of a kubeconfig, or its text',
    cause,
  })
}

async function inCluster({ env, serviceAccount }: SourceHost): Promise<Source | undefined> {
  const { KUBERNETES_SERVICE_HOST: name, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (!name) return undefined
  const folder = serviceAccount ?? serviceAccountFolder
  const token = await readFile(join(folder, 'token'), 'utf8').catch(() => undefined)
  if (token === undefined) return undefined
  return { kind: 'in-cluster', server: `https://${name.includes(':') ? `[${name}]` : name}:${port}`, folder }
}
