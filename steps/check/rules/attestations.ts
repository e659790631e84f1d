import { pipelineOf } from '../../../gitops/fleet/index.ts'
import type { Finding } from '../../../rollouts/lint/index.ts'
import { trustedRoots } from '../../attestation/index.ts'
import { attempt, attemptAsync } from '../attempt.ts'
import type { Subject } from '../subject.ts'

/** Whether the authorities are there that a pipeline's attestations are held to: else nothing would be admitted. */
export async function checkAttestations({ tree, apps }: Subject): Promise<Finding[]> {
  const asking = apps.filter(app => {
    const read = attempt('invalid-file', { file: `apps/${app}/pipeline.yaml` }, () => pipelineOf(tree, app))
    return 'value' in read && read.value?.attestation !== undefined // what cannot be read is said by another rule
  })
  const [app] = asking
  if (app === undefined) return []
  return attemptAsync('trusted-roots', { file: `apps/${app}/pipeline.yaml` }, async () => {
    await trustedRoots(tree, app)
  })
}
