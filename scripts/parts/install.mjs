import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram, missingParts } from './parts.mjs'

/** @typedef {import('./parts.d.mts').Part} Part */

/**
 * Installs the parts that `purpose` lacks: with apt-get as root on Debian (and what is built from it). Anywhere else it
 * throws an Error that says exactly what to install and why.
 *
 * @param {import('./parts.d.mts').Purpose} purpose
 */
export function installParts(purpose) {
  const missing = missingParts(purpose)
  if (missing.length === 0) return
  if (!canInstall()) {
    if (missing.every(({ optional }) => optional)) return
    throw new Error(advice(missing, process.platform, isDebian()))
  }
  console.log(`installing ${missing.map(part => part.package).join(', ')} with apt-get`)
  withoutStartingServices(() => {
    aptGet('update')
    aptGet('install', '--yes', '--no-install-recommends', ...missing.map(part => part.package))
  })
  disable(missing)
  const still = missingParts(purpose)
  if (still.length > 0) throw new Error(`installed, but still not found: ${still.map(part => part.program).join(', ')}`)
}

/**
 * What to tell somebody whose machine lacks `missing` and where it cannot be installed for them.
 *
 * @param {readonly Part[]} missing
 * @param {string} platform as in process.platform
 * @param {boolean} debian
 */
export function advice(missing, platform, debian) {
  const width = Math.max(...missing.map(part => part.program.length))
  const list = missing.map(part => `  ${part.program.padEnd(width)}  ${part.why} (${part.home})`)
  const packages = missing.map(part => part.package).join(' ')
  const services = missing.flatMap(part => part.service ?? [])
  const cure = debian
    ? [
        'Install them, or run this again as root:',
        `  sudo apt-get install --no-install-recommends ${packages}`,
        ...(services.length > 0 ? [`  sudo systemctl disable --now ${services.join(' ')}  # they need not run`] : []),
      ]
    : [
        `Install them with your package manager (Debian calls them ${packages}) so that they are on the PATH.`,
        ...(platform === 'linux'
          ? []
          : ['The demo itself needs Linux: it runs each replica from its image, on a loopback address of its own.']),
        'Or run it in a Debian container, where they are installed for you:',
        '  docker run --rm -it --init --privileged -v "$PWD":/stovepipe -v /stovepipe/node_modules -w /stovepipe \\',
        '    node:24-bookworm npm run demo',
      ]
  return ['These programs are missing:', ...list, ...cure].join('\n')
}

function isDebian() {
  return existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined
}

function canInstall() {
  return isDebian() && process.getuid?.() === 0
}

const policy = '/usr/sbin/policy-rc.d'

/**
 * Debian starts a service as soon as it is installed, unless policy-rc.d forbids it (Debian's
 * /usr/share/doc/init-system-helpers/README.policy-rc.d). Ours is there only while `install` runs.
 *
 * @param {() => void} install
 */
function withoutStartingServices(install) {
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

/** Keeps what was just installed from starting with the machine. @param {readonly Part[]} installed */
function disable(installed) {
  for (const { service } of installed) {
    if (service) spawnSync('update-rc.d', [service, 'disable'], { stdio: 'ignore' })
  }
}

/** @param {string[]} args */
function aptGet(...args) {
  const { status, stdout, stderr, error } = spawnSync('apt-get', ['-q', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return
  throw new Error(`apt-get ${args.join(' ')} failed\n${error?.message ?? `${stdout}\n${stderr}`}`.trim())
}
