/** What registries say of a tag that may not be given to another image. */
const immutable = /immutable|cannot be overwritten/i

/** What builders print when the fault is none of the Dockerfile's, and what to do about it. The first that fits is it. */
const cures: readonly [pattern: RegExp, cure: string][] = [
  [
    /is not supported for the docker driver|docker exporter does not currently support exporting manifest lists/i,
    "Docker's own builder cannot do this: run docker/setup-buildx-action before this step, or turn on Docker's containerd image store",
  ],
  [
    /exec format error|no match for platform in manifest|exec \/bin\/sh: invalid argument/i,
    'A step runs programs of another platform, which takes an emulator (docker/setup-qemu-action before this step), and a base image for that platform',
  ],
  [
    /--secret requires BuildKit|the --mount option requires BuildKit/i,
    'Secrets take BuildKit: install the buildx plugin of Docker, or use `builder: buildah`',
  ],
  [
    immutable,
    'The tag names another image already and may not be moved: give this one another `tag`, or remove the other',
  ],
  [
    /toomanyrequests|429 too many|too many requests|rate limit/i,
    'The registry limits requests: wait and run this again, or log in to raise the limit',
  ],
  [
    /unauthorized|authentication required|no basic auth credentials|invalid username\/password|\b401\b/i,
    'Log in to the registry before this step (docker/login-action), with the right to push; on ghcr.io the job needs `packages: write`',
  ],
  [
    /access denied|denied:|insufficient_scope|forbidden|\b403\b/i,
    'These credentials may not push there: log in to the registry before this step (docker/login-action) as somebody who may; on ghcr.io the job needs `packages: write`, and the package must allow this repository',
  ],
  [
    /digest mismatch|digest invalid|digest did not match|DIGEST_INVALID|unexpected commit digest|failed (?:size|digest) validation/i,
    'What arrived is not what was sent: run this again; if it stays so, look at what stands between the registry and here',
  ],
  [
    /unexpected status.*\b5\d\d\b|received unexpected HTTP status: 5\d\d|\b50[0234] (?:internal|bad|service|gateway)|(?:status|code):? 50[0234]\b/i,
    'The registry is failing: run this again later',
  ],
  [/cannot connect to the docker daemon/i, 'Start Docker, or name another `builder`'],
  [/x509|certificate/i, 'The certificate of a registry is not trusted: install its authority on this machine'],
  [
    /connection refused|no such host|i\/o timeout|network is unreachable|connection reset|unexpected EOF|: EOF/i,
    'A registry cannot be reached: check its name and the network',
  ],
  [/no space left on device/i, 'Free some disk space on this machine'],
]

/** What to do about what a builder printed last; undefined when that is for the reader of the Dockerfile to see. */
export function cureFor(printed: string): string | undefined {
  return cures.find(([pattern]) => pattern.test(printed))?.[1]
}

/** Whether what a builder printed last says that the tag may not be moved. */
export function isImmutable(printed: string): boolean {
  return immutable.test(printed)
}
