import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../bundle.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const standIns = fileURLToPath(new URL('stand-ins', import.meta.url))

/** The kit as a repository that workflows refer to: `kit/stovepipe@v1`. */
const name = 'kit/stovepipe'

/** What act is told of repositories that it would fetch otherwise. */
export type Kit = {
  /** `--local-repository` for the kit and for each action of others. */
  repositories: readonly string[]
  /** The text of a starter workflow, `workflows/<file>`, of a team that uses this kit. */
  starter(file: string): Promise<string>
}

/**
 * Copies what a `uses:` can reach into `folder`, with bundles of the sources as they are now, and puts right what act
 * does not know. Rejects when a workflow uses an action of others that has no stand-in.
 */
export async function copyKit(folder: string): Promise<Kit> {
  await bundle(join(folder, 'dist'))
  for (const file of await readdir(join(root, 'actions'), { recursive: true })) {
    if (basename(file) !== 'action.yml') continue
    await mkdir(join(folder, 'actions', dirname(file)), { recursive: true })
    await writeFile(join(folder, 'actions', file), forAct(await readFile(join(root, 'actions', file), 'utf8')))
  }
  const workflows = join(root, '.github/workflows')
  await mkdir(join(folder, '.github/workflows'), { recursive: true })
  const used = new Set<string>()
  for (const file of await readdir(workflows)) {
    const text = await readFile(join(workflows, file), 'utf8')
    if (!/^ {2}workflow_call:/m.test(text)) continue // the kit's own
    for (const [, action = ''] of text.matchAll(/uses: ([\w.-]+\/[^\s]+@[0-9a-f]{40})/g)) used.add(action)
    await writeFile(join(folder, '.github/workflows', file), forAct(text))
  }
  const known = new Set(await namesOf(standIns))
  const others = [...used].map(action => {
    const [repository = ''] = action.split('@')
    if (!known.has(repository)) throw new Error(`${action} has no stand-in in test/e2e/workflows/stand-ins`)
    return `${action}=${join(standIns, repository)}`
  })
  return {
    repositories: [`${name}@v1=${folder}`, ...others],
    starter: async file => (await readFile(join(root, 'workflows', file), 'utf8')).replaceAll('OWNER/stovepipe', name),
  }
}

/**
 * act 0.2.89 does not know `$/…`, the called workflow's own repository, `queue` (it plays no concurrency at all), nor
 * `github.triggering_actor`, which is the actor unless somebody else runs it again. Nothing else is changed.
 */
function forAct(text: string): string {
  return text
    .replaceAll(/uses: \$\/(\S+)/g, `uses: ${name}/$1@v1`)
    .replaceAll(/^ +queue: max.*\n/gm, '')
    .replaceAll('github.triggering_actor', 'github.actor')
}

async function namesOf(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true })
  return files.filter(file => basename(file) === 'action.yml').map(file => file.slice(0, -'/action.yml'.length))
}
