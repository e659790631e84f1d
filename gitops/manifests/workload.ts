import { type Cursor, child, descend, items } from './cursor.ts'
import { isScalar, textOf } from './scalar.ts'
import { referenceIn, type Site } from './site.ts'

const inTemplate = ['spec', 'template', 'spec'] as const

/** Where each kind of workload keeps its pod specification. */
const podSpecs: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  Deployment: inTemplate,
  StatefulSet: inTemplate,
  DaemonSet: inTemplate,
  ReplicaSet: inTemplate,
  ReplicationController: inTemplate,
  Job: inTemplate,
  CronJob: ['spec', 'jobTemplate', ...inTemplate],
  Rollout: inTemplate,
}

const containerLists = ['initContainers', 'containers', 'ephemeralContainers']

/**
 * The containers that run an image, in a workload or in the workloads of a List: those whose repository is `image`,
 * and whose name is `container` if that is given. A document of another kind has none.
 */
export function workloadSites(root: Cursor, image: string, container?: string): Site[] {
  const listed = textOf(child(root, 'kind')) === 'List' && child(root, 'items')
  return (listed ? items(listed) : [root])
    .flatMap(object => containers(object))
    .flatMap(at => {
      if (container !== undefined && textOf(child(at, 'name')) !== container) return []
      const written = child(at, 'image')
      const runs = written && isScalar(written) && referenceIn(textOf(written))?.repository === image
      return runs ? [{ kind: 'reference', at: written }] : []
    })
}

function containers(object: Cursor): Cursor[] {
  const kind = textOf(child(object, 'kind')) ?? ''
  const path = Object.hasOwn(podSpecs, kind) ? podSpecs[kind] : undefined
  const pod = path && descend(object, path)
  return containerLists.flatMap(list => {
    const found = pod && child(pod, list)
    return found ? items(found) : []
  })
}
