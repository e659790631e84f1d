import { ConfigurationError } from '../../configuration/index.ts'
import type { CommandResult } from '../../host/index.ts'
import type { Address } from './address.ts'
import { failure } from './failure.ts'
import { printable } from './git.ts'

/**
 * What became of a push of one ref. `stale`: Git saw that the branch is not where it should be, and sent nothing.
 * `lost`: the server said so, of this push or of one that the HTTP library repeated by itself when the connection broke.
 * `refused`: the server's rules forbid it. `checked-out`: a work tree there has the branch. `unknown`: the connection broke or the server failed, and the branch may have
 * moved or not.
 */
export type PushOutcome =
  | { kind: 'written' }
  | { kind: 'stale' }
  | { kind: 'lost' }
  | { kind: 'refused'; error: Error }
  | { kind: 'checked-out' }
  | { kind: 'unknown'; error: Error }

/**
 * Reads the answer of `git push --porcelain` (builtin/push.c and transport.c of Git): one line for the ref,
 * `<flag>\t<from>:<to>\t<summary> (<reason>)`. Nothing else that is printed decides, as the server may print anything.
 */
export function readPush(result: CommandResult, branch: string, address: Address): PushOutcome {
  const line = result.stdout
    .split('\n')
    .map(text => /^([ +\-*!=])\t[^\t]*:refs\/heads\/([^\t]+)\t(.*)$/.exec(text))
    .find(match => match?.[2] === branch)
  const [, flag, , summary = ''] = line ?? []
  if (flag === undefined) {
    const error = failure('push to', address, result)
    // Refused before anything was sent: the user's mistake, and surely not written.
    return error instanceof ConfigurationError ? { kind: 'refused', error } : { kind: 'unknown', error }
  }
  if (flag !== '!') return result.code === 0 ? { kind: 'written' } : brokenOff(address, result)
  if (lost.some(pattern => pattern.test(summary))) {
    return summary.startsWith('[rejected]') ? { kind: 'stale' } : { kind: 'lost' }
  }
  if (broken.some(pattern => pattern.test(summary))) return brokenOff(address, result)
  if (/\(branch is currently checked out\)/.test(summary)) return { kind: 'checked-out' }
  return { kind: 'refused', error: refusal(branch, address, summary, result.stderr) }
}

/** The spellings of "somebody else was faster", by the client (first three) and by servers. */
const lost: readonly RegExp[] = [
  /\(non-fast-forward\)/,
  /\(fetch first\)/,
  /\(stale info\)/,
  /\(remote ref updated since checkout\)/,
  /\(needs force\)/,
  /cannot lock ref/,
  /failed to lock/,
  /incorrect old value/,
  /reference already exists/i,
  /failed to update ref/,
]

/** The server failed, so nothing is known. */
const broken: readonly RegExp[] = [
  /^\[remote failure\]/,
  /internal server error/i,
  /unpack(?:er)? error|unpack failed/i,
]

function brokenOff(address: Address, result: CommandResult): PushOutcome {
  return { kind: 'unknown', error: failure('push to', address, result) }
}

function refusal(branch: string, address: Address, summary: string, stderr: string): ConfigurationError {
  const said = stderr
    .split(/\r|\n/)
    .filter(line => /^remote: +\S/.test(line))
    .map(line => line.replace(/^remote: +/, ''))
  const reason = printable([summary.replace(/^\[[^\]]*\] */, ''), ...said].join('\n'))
  return new ConfigurationError({
    problem: `${address.url} refuses commits to ${branch}: ${reason}`,
    place: { input: 'branch' },
    cure: "Let the token's owner bypass the branch's rules, or name another branch",
  })
}
