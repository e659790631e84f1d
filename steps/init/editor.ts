import { join } from 'node:path'
import { filesUnder } from '../../gitops/promotion/index.ts'
import { type Files, folderTree } from '../folder/index.ts'

/** Which files each kind's schema is for. */
const schemas: Readonly<Record<string, string>> = {
  cluster: 'clusters/*.yaml',
  fleet: 'fleet.yaml',
  pipeline: 'apps/*/pipeline.yaml',
  quarantine: 'apps/*/quarantine.yaml',
  release: 'apps/*/release.yaml',
}

/** The starters of `workflows/` that belong into a GitOps repository. */
const workflows = ['cluster', 'promote', 'rollback', 'traffic']

/**
 * What a new repository gets besides the template: the workflows that promote, roll back, change clusters and route
 * traffic, and the JSON schemas with the settings by which editors complete and check every kind. `kit` is the kit's own
 * checkout.
 */
export function extras(kit: string): Files {
  const there = new Map(filesUnder(folderTree(join(kit, 'gitops')), 'schemas'))
  const starters = folderTree(join(kit, 'workflows'))
  const known = Object.entries(schemas).filter(([kind]) => there.has(`${kind}.schema.json`))
  const settings = Object.fromEntries(known.map(([kind, files]) => [`./schemas/${kind}.schema.json`, files]))
  return new Map([
    ...known.map(([kind]): [string, string] => [`schemas/${kind}.schema.json`, there.get(`${kind}.schema.json`) ?? '']),
    ['.vscode/settings.json', `${JSON.stringify({ 'yaml.schemas': settings }, null, 2)}\n`],
    ...workflows.map((name): [string, string] => [
      `.github/workflows/${name}.yml`,
      (starters.read(`${name}.yml`) ?? '').replace(/^#.*\n/, ''),
    ]),
  ])
}
