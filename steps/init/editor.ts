import { join } from 'node:path'
import { filesUnder } from '../fleet/index.ts'
import { type Files, folderTree } from '../folder/index.ts'

/** Which files each kind's schema is for. */
const schemas: Readonly<Record<string, string>> = {
  cluster: 'clusters/*.yaml',
  fleet: 'fleet.yaml',
  pipeline: 'apps/*/pipeline.yaml',
  quarantine: 'apps/*/quarantine.yaml',
  release: 'apps/*/release.yaml',
}

/**
 * What a new repository gets besides the template: the workflow that promotes, and the JSON schemas with the settings by
 * which editors complete and check every kind. `kit` is the kit's own checkout.
 */
export function extras(kit: string): Files {
  const there = new Map(filesUnder(folderTree(join(kit, 'gitops')), 'schemas'))
  const workflow = folderTree(join(kit, 'workflows')).read('promote.yml') ?? ''
  const known = Object.entries(schemas).filter(([kind]) => there.has(`${kind}.schema.json`))
  const settings = Object.fromEntries(known.map(([kind, files]) => [`./schemas/${kind}.schema.json`, files]))
  return new Map([
    ...known.map(([kind]): [string, string] => [`schemas/${kind}.schema.json`, there.get(`${kind}.schema.json`) ?? '']),
    ['.vscode/settings.json', `${JSON.stringify({ 'yaml.schemas': settings }, null, 2)}\n`],
    ['.github/workflows/promote.yml', workflow.replace(/^#.*\n/, '')],
  ])
}
