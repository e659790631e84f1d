import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Pipeline } from '../../../gitops/fleet/index.ts'
import { silentLog } from '../../../host/index.ts'
import { findAttestations } from '../../../images/attestations/index.ts'
import { requireAttestation } from '../../../steps/attestation/index.ts'
import { type Sigstore, startSigstore } from '../../images/attestations/sigstore.ts'
import { pushAttestations, pushImage, type RunningRegistry, startRegistry } from '../../support/registry/index.ts'
import { treeOf } from '../../support/tree.ts'

const commit = 'c'.repeat(40)
const attestation = {
  signer: 'https://github.com/acme/kit/.github/workflows/release.yml',
  source: 'https://github.com/acme/coolkit',
  issuer: 'https://token.actions.githubusercontent.com',
}
const identity = { signer: `${attestation.signer}@refs/tags/v1`, source: attestation.source, commit }

let registry: RunningRegistry
let sigstore: Sigstore

beforeAll(async () => {
  registry = await startRegistry()
  sigstore = await startSigstore()
})
afterAll(() => registry?.stop())

/** An image of its own in the registry, with the attestations that `identities` sign for it. */
async function offered(name: string, identities: readonly (typeof identity)[], source: string | undefined = commit) {
  const repository = `${registry.host}/${name}`
  const digest = await pushImage(registry.host, name, 'v1', { name })
  const bundles = await Promise.all(identities.map(each => sigstore.attest(digest, each)))
  if (bundles.length > 0) await pushAttestations(registry.host, name, digest, bundles)
  return { image: { repository, tag: 'v1', digest }, source }
}

function require(offer: Awaited<ReturnType<typeof offered>>, files: Record<string, string>, rule?: typeof attestation) {
  const pipeline: Pipeline = {
    app: 'coolkit',
    image: offer.image.repository,
    waves: [],
    rollback: 'automatic',
    onTimeout: 'hold',
    supersede: 'between-waves',
    ...(rule && { attestation: rule }),
  }
  const find = (image: { repository: string; digest: string }) => findAttestations(image, { fetch, log: silentLog })
  return requireAttestation(offer, pipeline, { tree: treeOf(files), find })
}

const trusted = () => ({ 'trusted-roots.jsonl': `${JSON.stringify(sigstore.root)}\n` })

test('an image whose registry keeps the provenance asked for is let in', async () => {
  const attested = await require(await offered('good', [identity]), trusted(), attestation)
  expect(attested).toEqual({ ...identity, issuer: attestation.issuer })
})

test('one good attestation among others is enough', async () => {
  const other = { ...identity, source: 'https://github.com/evil/coolkit' }
  await expect(require(await offered('among', [other, identity]), trusted(), attestation)).resolves.toBeDefined()
})

test('a pipeline that asks for none looks at none', async () => {
  await expect(require(await offered('any', []), {})).resolves.toBeUndefined()
})

test.each([
  ['none', [], commit, /its registry has none.*with `attest: always`/],
  [
    'one of another source',
    [{ ...identity, source: 'https://github.com/evil/coolkit' }],
    commit,
    /of 1 found, it is of the source .*evil/,
  ],
  [
    'two of another workflow',
    Array(2).fill({ ...identity, signer: 'https://github.com/evil/x.yml@a' }),
    commit,
    /2 times it was signed by .*evil/,
  ],
  [
    'one of another commit',
    [{ ...identity, commit: 'd'.repeat(40) }],
    commit,
    /of the commit dddddddddddd, and the image of cccccccccccc/,
  ],
])(
  'an image with %s is refused, and why',
  async (name: string, identities: (typeof identity)[], source: string, problem: RegExp) => {
    const offer = await offered(name.replaceAll(' ', '-'), identities, source)
    await expect(require(offer, trusted(), attestation)).rejects.toThrow(problem)
  },
)

test('nobody is trusted by default', async () => {
  const offer = await offered('unsaid', [identity])
  await expect(require(offer, {}, attestation)).rejects.toThrow(/no list of the authorities to trust.*gh attestation/)
})
