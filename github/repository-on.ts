/**
 * The `owner/name` of a repository on a GitHub server, from whatever names it to Git: that name itself, an http(s) or
 * ssh URL, or `git@host:owner/name.git`. Undefined for one on another server, and for what is no repository.
 */
export function repositoryOn(server: string, address: string): string | undefined {
  const home = URL.parse(server)
  if (!home) return undefined
  const plain = named(address)
  if (plain !== undefined) return plain
  const [, host, path] = /^git@([\w.-]+):([^:]+)$/.exec(address) ?? []
  if (host !== undefined && path !== undefined) return host === home.hostname ? named(path) : undefined
  const url = URL.parse(address)
  if (url?.search !== '' || url.hash !== '') return undefined
  const same = url.protocol === 'ssh:' ? url.hostname === home.hostname : url.origin === home.origin
  const root = home.pathname.replace(/\/+$/, '')
  return same && url.pathname.startsWith(`${root}/`) ? named(url.pathname.slice(root.length + 1)) : undefined
}

function named(path: string): string | undefined {
  const name = path.replace(/\/$/, '').replace(/\.git$/, '')
  return /^[A-Za-z0-9][\w-]*\/(?!\.+$)[\w.-]+$/.test(name) ? name : undefined
}
