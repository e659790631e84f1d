import { type Pipeline, waveClusters } from '../../../gitops/fleet/index.ts'
import { setPin } from '../../../gitops/manifests/index.ts'
import {
  clusterFolder,
  clusterRecord,
  holds,
  nameRelease,
  pinFile,
  type ReleaseRecord,
  readPinned,
  recordOf,
} from '../../../gitops/promotion/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { attempt } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'

/** What clusters' folders pin: the kit must be able to read and edit it, and only the kit writes it. */
export function* checkPins(subject: Subject): Iterable<Finding> {
  for (const app of subject.apps) {
    const pipeline = pipelineIn(subject, app)
    const record = attempt('invalid-file', { file: `apps/${app}` }, () => recordOf(subject.tree, app))
    if ('finding' in pipeline || 'finding' in record || !pipeline.value) continue
    for (const { name, kind } of subject.tree.list(`apps/${app}/clusters`)) {
      if (kind === 'tree') yield* pin(subject, { pipeline: pipeline.value, cluster: name }, record.value)
    }
  }
}

type At = { pipeline: Pipeline; cluster: string }

/** A release such as one to come, to see whether it could be written. */
const any = { tag: `sha-${'0'.repeat(11)}a`, digest: `sha256:${'0'.repeat(63)}a` }

function* pin({ tree, fleet }: Subject, { pipeline, cluster }: At, record: ReleaseRecord): Iterable<Finding> {
  const { app, image } = pipeline
  const file = pinFile(app, cluster)
  const read = attempt('pin', { file }, () => readPinned(tree, app, cluster, image))
  if ('finding' in read) {
    yield read.finding
    return
  }
  const pinned = read.value
  if (!pinned) {
    yield {
      rule: 'pin',
      severity: 'error',
      problem: 'there is no kustomization.yaml',
      cure: 'Write one, or remove the folder',
      place: { file: clusterFolder(app, cluster) },
    }
    return
  }
  const edit = attempt('pin', { file }, () => setPin(tree.read(file) ?? '', file, image, { repository: image, ...any }))
  if ('finding' in edit) yield edit.finding
  const { pin: written, accepted } = clusterRecord(record, cluster)
  const expected = written?.to ?? accepted[0]?.release
  const isPromoted = pipeline.waves.some(wave =>
    waveClusters(wave, fleet.clusters).some(({ name }) => name === cluster),
  )
  if (expected && isPromoted && !holds(pinned, expected)) {
    const how = pinned.base === expected.base ? 'image' : 'copy of base/'
    yield {
      rule: 'edited-pin',
      severity: 'error',
      problem: `the kit wrote ${nameRelease(expected)} here, and the ${how} is another now: someone edited it, and promote is blocked`,
      cure: 'Put it back, or record it with `stovepipe bump` and its override',
      place: { file },
    }
  } else if (!expected && pinned.base !== undefined && pinned.base !== tree.id(`apps/${app}/base`)) {
    yield {
      rule: 'edited-base',
      severity: 'warning',
      problem: 'its copy of base/ is not what base/ is, and no release says so',
      cure: 'Edit base/ and promote; a copy is written by the kit',
      place: { file: `${clusterFolder(app, cluster)}/base` },
    }
  }
}
