import type { Authentication } from './authentication.ts'

/** Shorter values are left alone: hiding `1` or `Basic` would hide everything, and no credential is as short. */
const shortestValue = 4
const shortestWord = 8

/** The parts of an authentication that must never be shown. */
export function secretsOf(authentication: Authentication): string[] {
  switch (authentication.kind) {
    case 'basic': {
      const { username, password } = authentication
      // A token may be all that stands in front of the `@`.
      return pair(username, password === '' ? username : password, `${username}:${password}`)
    }
    case 'bearer':
      return [authentication.token]
    case 'oauth2': {
      const { clientId, clientSecret } = authentication
      const sent = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
      return pair(clientId, clientSecret, sent)
    }
  }
}

/** A header's value as a whole, its words (`Bearer x`), and what Basic authentication hides in base64. */
export function secretsInHeader(value: string): string[] {
  const words = value.split(/[\s,;=]+/).filter(word => word.length >= shortestWord)
  const [, encoded] = /^\s*basic\s+(\S+)/i.exec(value) ?? []
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString()
  const password = decoded.slice(decoded.indexOf(':') + 1)
  return [value.trim(), ...words, decoded, password].filter(secret => secret.length >= shortestValue)
}

/** What an address may hold beside a name and a password as they are: the password as it is spelt, keys in its query. */
export function secretsInAddress(text: string): string[] {
  const url = URL.parse(text)
  const [, spelt = ''] = /:\/\/[^/?#@]*?:([^/?#]*)@/.exec(text) ?? []
  return [spelt, url?.password ?? '', ...(url ? url.searchParams.values() : [])].filter(
    secret => secret.length >= shortestValue,
  )
}

/** A name and a secret, together as they are sent: base64 of both has nothing in common with that of one. */
function pair(name: string, secret: string, sent: string): string[] {
  if (secret === '') return []
  return [secret, `${name}:${secret}`, sent, Buffer.from(sent).toString('base64')]
}
