import { spawnSync } from 'node:child_process'

/** From here on the go command fetches the toolchain that a module asks for (https://go.dev/doc/toolchain). */
const oldest = [1, 21]

/**
 * Throws an Error that says which Go to install where there is none, or one too old to fetch a newer one by itself.
 *
 * @param {string} [path] the PATH that it is looked for on
 */
export function requireGo(path = process.env.PATH ?? '') {
  const env = { ...process.env, PATH: path, GOTOOLCHAIN: 'local' }
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { env, encoding: 'utf8' })
  const [major = 0, minor = 0] =
    /^go(\d+)\.(\d+)/
      .exec(stdout ?? '')
      ?.slice(1)
      .map(Number) ?? []
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  const found = stdout ? `found ${stdout.trim()}` : 'there is none on the PATH'
  throw new Error(
    `The end-to-end tests build the control plane from Go modules: install Go ${oldest.join('.')} or newer (${found}), ` +
      'see https://go.dev/dl. It fetches the newer toolchain that the modules name by itself.',
  )
}
