import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The programs that the tests, the end-to-end tests and the demo run besides Node, what for, the Debian package of each,
 * the service that Debian would start with it, and `for` where not every purpose needs it. Plain JavaScript, because
 * `prepare.mjs` reads it before anything is installed.
 *
 * @type {readonly import('./parts.d.mts').Part[]}
 */
export const parts = [
  { program: 'git', package: 'git', home: 'https://git-scm.com', why: 'holds the desired state; served over HTTP' },
  {
    program: 'prometheus',
    package: 'prometheus',
    service: 'prometheus',
    home: 'https://prometheus.io',
    why: 'scrapes every replica; promotion asks it for health and verdicts',
  },
  {
    program: 'haproxy',
    package: 'haproxy',
    service: 'haproxy',
    home: 'https://www.haproxy.org',
    why: 'the shared load balancer and the ingress of each cluster',
  },
  {
    program: 'docker-registry',
    package: 'docker-registry',
    service: 'docker-registry',
    home: 'https://distribution.github.io/distribution',
    why: 'the registry that images are pushed to and pulled from',
  },
  {
    program: 'buildah',
    package: 'buildah',
    for: ['demo', 'tests', 'e2e'],
    home: 'https://buildah.io',
    why: 'builds the image and runs the replicas, without a daemon',
  },
  {
    program: 'chromium',
    package: 'chromium',
    for: ['tests'],
    home: 'https://www.chromium.org',
    why: 'the tests look at the HTML reports in a real browser',
  },
  { program: 'jq', package: 'jq', for: ['tests'], home: 'https://jqlang.org', why: 'the workflows parse JSON with it' },
  {
    program: 'curl',
    package: 'curl',
    for: ['tests'],
    home: 'https://curl.se',
    why: 'the workflows send requests with it',
  },
  {
    program: 'redis-server',
    package: 'redis-server',
    service: 'redis-server',
    for: ['e2e', 'up'],
    home: 'https://redis.io',
    why: 'Argo CD keeps rendered manifests in it',
  },
  {
    program: 'openssl',
    package: 'openssl',
    for: ['e2e', 'up'],
    home: 'https://www.openssl.org',
    why: 'makes the key that the Kubernetes API signs service account tokens with',
  },
  {
    program: 'dockerd',
    package: 'docker.io',
    service: 'docker',
    for: ['e2e'],
    optional: true,
    home: 'https://www.docker.com',
    why: 'builds images as most people do; its containerd and runc come with it',
  },
]

/** Where Debian keeps servers; not on the PATH of every user. */
const alsoLookedIn = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** @type {typeof import('./parts.d.mts').findProgram} */
export function findProgram(program, path = process.env.PATH ?? '') {
  const folders = [...path.split(delimiter), ...alsoLookedIn].filter(folder => folder !== '')
  return folders.map(folder => join(folder, program)).find(isExecutable)
}

/** @type {typeof import('./parts.d.mts').missingParts} */
export function missingParts(purpose, path = process.env.PATH ?? '') {
  const needed = parts.filter(part => part.for === undefined || part.for.includes(purpose))
  return needed.filter(({ program }) => findProgram(program, path) === undefined)
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
