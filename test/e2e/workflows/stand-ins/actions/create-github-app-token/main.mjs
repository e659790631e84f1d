import { createSign } from 'node:crypto'
import { appendFileSync } from 'node:fs'

const input = name => process.env[`INPUT_${name.toUpperCase()}`] ?? ''
const base64 = value => Buffer.from(JSON.stringify(value)).toString('base64url')

// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
const now = Math.floor(Date.now() / 1000)
const claim = `${base64({ alg: 'RS256', typ: 'JWT' })}.${base64({ iat: now - 60, exp: now + 540, iss: input('client-id') })}`
const jwt = `${claim}.${createSign('RSA-SHA256').update(claim).sign(input('private-key'), 'base64url')}`

const names = input('repositories')
  .split(/[\n,]/)
  .map(name => name.trim())
  .filter(name => name !== '')
const permissions = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith('INPUT_PERMISSION-') && value
      ? [[name.slice('INPUT_PERMISSION-'.length).toLowerCase().replaceAll('-', '_'), value]]
      : [],
  ),
)
const owner = input('owner')
const home = names.length > 0 ? `/repos/${owner}/${names[0]}/installation` : `/users/${owner}/installation`
const { id } = await ask('GET', home)
const { token } = await ask('POST', `/app/installations/${id}/access_tokens`, {
  ...(names.length > 0 && { repositories: names }),
  ...(Object.keys(permissions).length > 0 && { permissions }),
})
console.log(`::add-mask::${token}`)
appendFileSync(process.env.GITHUB_OUTPUT ?? '', `token=${token}\n`)

async function ask(method, path, body) {
  const response = await fetch(`${process.env.GITHUB_API_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${jwt}`, accept: 'application/vnd.github+json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}
