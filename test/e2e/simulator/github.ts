import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { listen } from '../../support/prometheus/listen.ts'
import { namespace } from './argocd-settings.ts'
import type { KubernetesObject } from './client.ts'

export type PullRequest = { number: number; head: string; labels: readonly string[] }

/** The part of GitHub's API that the pull-request generator asks, as a GitHub App: a token, and open pull requests. */
export type PullRequestApi = {
  /** What is open now, by `owner/repository`. */
  open: Record<string, readonly PullRequest[]>
  /** The Secret that the generator names, for an App of this GitHub. */
  secret: KubernetesObject
  close(): Promise<void>
}

/** Starts it on loopback, with the repositories of the template's apps. One that is not in `open` is not found. */
export async function startPullRequestApi(secretName: string): Promise<PullRequestApi> {
  const open: Record<string, readonly PullRequest[]> = { 'acme/coolkit': [], 'acme/storefront': [] }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://loopback')
    const { status, body } = answer(`${request.method} ${pathname.replace(/^\/api\/v3/, '')}`, open)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const { url, close } = await listen(server)
  return { open, secret: appSecret(secretName, url), close }
}

function answer(asked: string, open: PullRequestApi['open']): { status: number; body: unknown } {
  if (/^POST \/app\/installations\/\d+\/access_tokens$/.test(asked)) {
    return { status: 201, body: { token: 'ghs_loopback', expires_at: new Date(Date.now() + 3_600_000).toISOString() } }
  }
  const [, repository = ''] = /^GET \/repos\/([^/]+\/[^/]+)\/pulls$/.exec(asked) ?? []
  const pulls = open[repository]
  if (pulls === undefined) return { status: 404, body: { message: 'Not Found' } }
  const body = pulls.map(({ number, head, labels }) => ({
    number,
    title: 'a change',
    user: { login: 'someone' },
    head: { ref: 'a-branch', sha: head },
    base: { ref: 'main' },
    labels: labels.map(name => ({ name })),
  }))
  return { status: 200, body }
}

/** As the template's README has it, without a label by which Argo CD would clone with this App; and with where GitHub is. */
function appSecret(name: string, url: string): KubernetesObject {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: {
      githubAppID: '1',
      githubAppInstallationID: '1',
      githubAppEnterpriseBaseUrl: url,
      githubAppPrivateKey: privateKey,
    },
  }
}
