import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The programs that the tests and the demo run besides Node, what for, the Debian package of each, and the service that
 * Debian would start with it. Plain JavaScript, because `prepare.mjs` reads it before anything is installed.
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
    home: 'https://buildah.io',
    why: 'builds the image and runs the replicas, without a daemon',
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
export function missingParts(path = process.env.PATH ?? '') {
  return parts.filter(({ program }) => findProgram(program, path) === undefined)
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
