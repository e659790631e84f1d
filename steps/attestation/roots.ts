import { ConfigurationError } from '../../configuration/index.ts'
import type { Tree } from '../../gitops/repository/index.ts'
import type { TrustedRoot } from '../../images/attestations/index.ts'

/** Where the authorities are that an attestation may be signed under, for all apps. */
const file = 'trusted-roots.jsonl'

/** The authorities that a GitOps repository trusts. Throws a ConfigurationError where it names none that can be read. */
export async function trustedRoots(tree: Tree, app: string): Promise<readonly TrustedRoot[]> {
  const text = tree.read(file)
  if (text === undefined) {
    throw new ConfigurationError({
      problem: `apps/${app}/pipeline.yaml asks for attestations, and there is no list of the authorities to trust`,
      place: { file },
      cure: 'Write what `gh attestation trusted-root` prints to this file, and review it as you would a key',
    })
  }
  const { readTrustedRoots } = await import('../../images/attestations/index.ts')
  return readTrustedRoots(text, { file })
}
