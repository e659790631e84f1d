import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Brings node_modules to what package-lock.json says, and Node itself to the version in package.json; does nothing
 * when both are right. Throws an Error that says which command failed.
 *
 * @param {string} root the folder of package.json
 */
export function installPackages(root) {
  if (!packagesAreCurrent(root)) {
    console.log('installing the npm packages')
    run('npm', ['install', '--no-audit', '--no-fund'], root)
  }
  const wanted = readJson(join(root, 'package.json')).devDependencies.node
  if (nodeVersion(root) === wanted) return
  // The package "node" fetches the binary in an install script, which npm may be told not to run.
  run(process.execPath, ['installArchSpecificPackage.js'], join(root, 'node_modules/node'))
  const found = nodeVersion(root)
  if (found !== wanted) throw new Error(`node_modules/.bin/node is ${found ?? 'missing'}, expected ${wanted}`)
}

/**
 * Whether node_modules holds what the lockfile asks for: npm's own record of what it installed has every package in the
 * same version. Optional packages may be missing: they are for other platforms.
 *
 * @param {string} root
 */
export function packagesAreCurrent(root) {
  const wanted = readJson(join(root, 'package-lock.json')).packages
  const installed = readJson(join(root, 'node_modules/.package-lock.json'), { packages: {} }).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    const found = installed[path]
    return found ? found.version === version : optional === true
  })
}

/** @param {string} root */
function nodeVersion(root) {
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().replace(/^v/, '') : undefined
}

/** @param {string} file @param {unknown} [otherwise] */
function readJson(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (otherwise !== undefined && error.code === 'ENOENT') return otherwise
    throw error
  }
}

/** @param {string} program @param {string[]} args @param {string} cwd */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}
