import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '../../configuration/index.ts'

/** Where a repository is. `url` is what Git is given; it holds no credentials, so it may be shown. */
export type Address = { kind: 'http' | 'ssh' | 'file'; url: string }

/** What short forms are relative to: the server of `owner/name`, and the folder of `./path` (the current one). */
export type AddressContext = { server?: string | undefined; folder?: string | undefined }

/**
 * Reads how a user names a repository: an http, https, ssh or file URL, `user@host:path`, an absolute path, a path that
 * starts with `./` or `../`, or `owner/name` on the server. Throws a ConfigurationError for anything else, for
 * credentials inside a URL, and for what Git could take as an option or as a command to run (`ext::`).
 */
export function parseAddress(text: string, context: AddressContext = {}): Address {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text) || text.startsWith('-')) throw mistake(text)
  if (isAbsolute(text)) return { kind: 'file', url: text }
  if (/^\.{1,2}(?:\/|$)/.test(text)) return { kind: 'file', url: resolve(context.folder ?? '.', text) }
  if (/^[\w.][\w.-]*@[\w.][\w.-]*:(?![/-]*$)[^-]/.test(text)) return { kind: 'ssh', url: text }
  if (/^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(text)) return onServer(text, context.server)
  return fromUrl(text)
}

function onServer(text: string, server: string | undefined): Address {
  if (server === undefined) {
    throw new ConfigurationError({
      problem: 'owner/name needs a server to be on',
      place: { input: 'repository' },
      value: text,
      cure: `Write the whole URL, or ./${text} for a local folder`,
    })
  }
  return fromUrl(`${server.replace(/\/+$/, '')}/${text}`)
}

function fromUrl(text: string): Address {
  if (!URL.canParse(text)) throw mistake(text)
  const url = new URL(text)
  if (url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:')) {
    throw new ConfigurationError({
      problem: 'the URL holds credentials',
      place: { input: 'repository' },
      cure: 'Leave them out and give the token by itself: URLs are logged',
    })
  }
  if (url.search !== '' || url.hash !== '') throw mistake(text)
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return { kind: 'http', url: url.href }
    case 'ssh:':
      if (url.hostname === '' || /^-/.test(decodeURIComponent(url.hostname))) throw mistake(text)
      return { kind: 'ssh', url: url.href }
    case 'file:':
      if (url.hostname !== '') throw mistake(text)
      return { kind: 'file', url: fileURLToPath(url) }
    default:
      throw mistake(text)
  }
}

function mistake(text: string): ConfigurationError {
  return new ConfigurationError({
    problem: 'not a Git repository that can be reached',
    place: { input: 'repository' },
    value: text,
    cure: 'Write owner/name, an https, http, ssh or file URL, or a path that starts with / or ./',
  })
}
