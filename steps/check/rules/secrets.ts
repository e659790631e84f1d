import { z } from 'zod'
import type { Finding } from '../../../rollouts/lint/index.ts'
import type { Subject } from '../subject.ts'

const values = z.record(z.string(), z.unknown()).nullish()
const secret = z.object({ apiVersion: z.literal('v1'), kind: z.literal('Secret'), data: values, stringData: values })
const generator = z.object({ secretGenerator: z.array(z.object({ literals: z.array(z.unknown()).min(1) }).partial()) })

/** Secrets that everybody who can read the repository can read. */
export function* checkSecrets({ filesIn }: Subject): Iterable<Finding> {
  for (const document of ['apps', 'platform', 'bootstrap'].flatMap(filesIn).flatMap(({ documents }) => documents)) {
    const found = secret.safeParse(document.value)
    for (const key of ['data', 'stringData'] as const) {
      if (!found.success || Object.keys(found.data[key] ?? {}).length === 0) continue
      yield warning(
        'a Secret in plain text: whoever can read the repository has it',
        document.placeOf([key], { key: true }),
      )
    }
    const generated = generator.safeParse(document.value)
    for (const [index, { literals }] of (generated.success ? generated.data.secretGenerator : []).entries()) {
      if (!literals) continue
      yield warning('a secret in a generator, in plain text', document.placeOf(['secretGenerator', index, 'literals']))
    }
  }
}

function warning(problem: string, place: Finding['place']): Finding {
  const cure = 'Seal it (kubeseal) and commit the SealedSecret, and take what was here for known'
  return { rule: 'plain-secret', severity: 'warning', problem, cure, place }
}
