import { formatImageReference } from '../../images/index.ts'
import { type Cluster, setClusterState } from '../fleet/index.ts'
import type { Change, Tree, Write } from '../repository/index.ts'
import { pinOrMake } from './new-folder.ts'
import { quarantineFile, writeQuarantine } from './quarantine.ts'
import { recordFile, writeRecord } from './record-file.ts'
import type { State } from './state.ts'
import type { Edit } from './step.ts'

/**
 * Turns a step into the one commit that carries it out, on top of the tree that was planned on: pins and the copies of
 * `base/`, quarantine, the record, and trailers for the people who read the history.
 */
export function toWrite(state: State, edit: Edit, run: string): Write {
  const { tree, app } = state
  const pins = (edit.pins ?? []).flatMap(({ cluster, release }) => pinOrMake(state, cluster, release))
  const changes: Change[] = [...pins, ...(edit.activate ?? []).flatMap(cluster => activation(tree, cluster))]
  if (edit.quarantine) changes.push({ path: quarantineFile(app), text: writeQuarantine(app, edit.quarantine) })
  changes.push({ path: recordFile(app), text: writeRecord(edit.record) })
  return { parent: tree.commit, message: message(app, edit, run), changes }
}

/** First line, reason, trailers. What comes from outside is cut to one line, so that it cannot pose as a trailer. */
function message(app: string, { title, reason, wave, release }: Edit, run: string): string {
  const trailers: [string, string | undefined][] = [
    ['Stovepipe-App', app],
    ['Stovepipe-Wave', wave],
    ['Stovepipe-Image', release && formatImageReference(release)],
    ['Stovepipe-Source', release?.source],
    ['Stovepipe-Run', run],
  ]
  const lines = trailers.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${oneLine(value)}`]))
  return [`${app}: ${oneLine(title)}`, ...(reason === undefined ? [] : [oneLine(reason)]), lines.join('\n')].join(
    '\n\n',
  )
}

/** Control characters become spaces; at most 500 characters. */
export function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return flat.length > 500 ? `${flat.slice(0, 500)}…` : flat
}

function activation(tree: Tree, { name }: Cluster): Change[] {
  const path = [`clusters/${name}.yaml`, `clusters/${name}.yml`].find(path => tree.read(path) !== undefined)
  const text = path === undefined ? undefined : tree.read(path)
  if (path === undefined || text === undefined) return []
  return [{ path, text: setClusterState(text, path, 'active') }]
}
