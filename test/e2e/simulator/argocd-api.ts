import { z } from 'zod'
import { account, namespace } from './argocd-settings.ts'
import type { Client } from './client.ts'

/** Argo CD's own API, and two ways to be let in: as a person (`admin` with this password) and as `promote`. */
export type ArgoCdApi = { url: string; password: string; token: string }

const secret = z.object({ data: z.object({ password: z.string() }) })
const answer = z.object({ token: z.string() })

/** Signs in with the password that Argo CD made at its first start, and has it make a token for the account of `promote`. */
export async function signIn(url: string, client: Client): Promise<ArgoCdApi> {
  const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'argocd-initial-admin-secret', namespace } }
  const { data } = secret.parse(await client.get(reference))
  const password = Buffer.from(data.password, 'base64').toString()
  const session = await post(`${url}/api/v1/session`, { username: 'admin', password })
  const { token } = await post(`${url}/api/v1/account/${account}/token`, { name: account }, session.token)
  return { url, password, token }
}

async function post(url: string, body: object, token?: string): Promise<{ token: string }> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
  return answer.parse(await response.json())
}
