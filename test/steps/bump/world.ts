import type { Guard } from '../../../steps/bump/index.ts'
import { type BumpRequest, parseBumpInputs } from '../../../steps/bump/index.ts'

export const oldDigest = `sha256:${'a'.repeat(64)}`
export const newDigest = `sha256:${'b'.repeat(64)}`
export const repository = 'ghcr.io/acme/app'
export const image = `${repository}:sha-0123456789ab@${newDigest}`

/** Refuses nothing and records nothing. */
export const noGuard: Guard = { refusal: () => undefined, isRecorded: () => true, record: () => [] }

const header = (kind: string, name: string) =>
  `apiVersion: stovepipe.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}, labels: { environment: ${name.split('-')[0]} } }\n`

/** The text of a cluster's kustomization that pins the app. */
export const pinned = (tag: string, digest: string, more = '') =>
  `resources: [base]\nimages:\n  # set by the kit\n  - name: ${repository}\n    newTag: ${tag}\n    digest: ${digest}\n${more}`

/** A fleet of one dev, one canary, one primary and one inactive primary, with the app pinned on each. */
export const fleet: Readonly<Record<string, string>> = {
  'clusters/dev.yaml': `${header('Cluster', 'dev')}spec: { state: active }\n`,
  'clusters/prod-a.yaml': `${header('Cluster', 'prod-a')}spec: { role: canary, state: active }\n`,
  'clusters/prod-b.yaml': `${header('Cluster', 'prod-b')}spec: { role: primary, state: active }\n`,
  'clusters/prod-c.yaml': `${header('Cluster', 'prod-c')}spec: { role: primary, state: inactive }\n`,
  ...Object.fromEntries(
    ['dev', 'prod-a', 'prod-b', 'prod-c'].map(name => [
      `apps/app/clusters/${name}/kustomization.yaml`,
      pinned('v1', oldDigest),
    ]),
  ),
}

/** What makes the fleet's app one with a pipeline and a base. */
export const pipeline: Readonly<Record<string, string>> = {
  'apps/app/pipeline.yaml': `apiVersion: stovepipe.dev/v1alpha1\nkind: Pipeline\nmetadata: { name: app }\nspec:\n  image: ${repository}\n  waves: [{ name: all, clusters: {} }]\n`,
  'apps/app/base/kustomization.yaml': 'resources: []\n',
}

/** A request as a workflow would make it. */
export function request(inputs: Partial<Parameters<typeof parseBumpInputs>[0]> = {}): BumpRequest {
  return parseBumpInputs({ app: 'app', image, clusters: 'dev', message: '', override: '', 'dry-run': '', ...inputs })
}
