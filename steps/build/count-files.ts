import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { RunCommand } from '../../host/index.ts'
import type { Ignores } from './ignore-file.ts'
import { visibleIn } from './visible.ts'

type Run = (...args: string[]) => ReturnType<RunCommand>

/**
 * One hash over mode, id and path of every file of the commit that the builder sees; ids are those of Git's own
 * objects. Where Git writes a file with other bytes than the object's (ends of lines, encodings), what tells it to is
 * counted too, wherever it stands; of files that pass through a program (Git LFS) the bytes themselves. Submodules are
 * not followed: there is no hash where the builder sees one.
 */
export async function countFiles(
  run: RunCommand,
  context: string,
  ignores: Ignores,
): Promise<{ kind: 'hash'; hash: string } | { kind: 'none'; reason: string }> {
  const git: Run = (...args) => run('git', args, { cwd: context })
  const { code, stdout, stderr } = await git('ls-tree', '-r', '-z', 'HEAD')
  if (code !== 0) throw new Error(`git ls-tree ended with ${code}: ${stderr.trim()}`)
  const entries = stdout.split('\0').filter(Boolean)
  if (entries.length === 0) return { kind: 'none', reason: 'the commit has no file of the context' }
  const hash = createHash('sha256')
  const files: string[] = []
  for (const entry of entries) {
    const path = entry.slice(entry.indexOf('\t') + 1)
    const visible = !ignores(path)
    if (entry.startsWith('160000 ') && (visible || (await visibleIn(context, path, ignores)) !== undefined)) {
      return {
        kind: 'none',
        reason: `the submodule ${path} is in the context, and the commit does not say which files it has: put it in .dockerignore if the image does not need it`,
      }
    }
    if (!visible) continue
    hash.update(entry).update('\0')
    if (entry.startsWith('100')) files.push(path)
  }
  for (const [path, name, value] of await conversions(run, context, files)) {
    hash.update(`${path}\0${name}\0${value}\0`)
    if (name !== 'filter' || value === 'unset') continue
    for await (const chunk of createReadStream(join(context, path))) hash.update(chunk)
  }
  const settings = await git('config', '--get-regexp', '^core\\.(autocrlf|eol)$')
  return { kind: 'hash', hash: hash.update(settings.stdout).digest('hex') }
}

/** Attributes by which Git writes other bytes than it keeps (gitattributes(5)). */
const converting = ['text', 'crlf', 'eol', 'ident', 'filter', 'working-tree-encoding']

/** Path, name and value of each of those attributes that is given to a file, in whatever place. */
async function conversions(
  run: RunCommand,
  context: string,
  files: readonly string[],
): Promise<(readonly [path: string, name: string, value: string])[]> {
  const args = ['check-attr', '-z', '--stdin', '--all']
  const { code, stdout, stderr } = await run('git', args, { cwd: context, input: files.join('\0') })
  if (code !== 0) throw new Error(`git check-attr ended with ${code}: ${stderr.trim()}`)
  const words = stdout.split('\0')
  return Array.from({ length: Math.floor(words.length / 3) }, (_, index) => {
    const [path = '', name = '', value = ''] = words.slice(index * 3, index * 3 + 3)
    return [path, name, value] as const
  }).filter(([, name]) => converting.includes(name))
}
