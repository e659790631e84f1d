import { beforeAll, expect, test } from '@jest/globals'
import { readTrustedRoots, type TrustedRoot, verifyAttestation } from '../../../images/attestations/index.ts'
import { type Identity, type Sigstore, startSigstore } from './sigstore.ts'

const digest = `sha256:${'a'.repeat(64)}`
const commit = 'c'.repeat(40)
const policy = {
  signer: 'https://github.com/acme/kit/.github/workflows/release.yml@refs/tags/v1',
  source: 'https://github.com/acme/coolkit',
  issuer: 'https://token.actions.githubusercontent.com',
}
const good: Identity = { signer: policy.signer, source: policy.source, commit }

let sigstore: Sigstore
let roots: readonly TrustedRoot[]

beforeAll(async () => {
  sigstore = await startSigstore()
  roots = readTrustedRoots(JSON.stringify(sigstore.root), { file: 'trusted-roots.jsonl' })
})

test('what the workflow signed for its source is verified, with the commit that its certificate names', async () => {
  const bundle = await sigstore.attest(digest, good)
  expect(verifyAttestation(bundle, { digest, policy, roots })).toEqual({
    kind: 'verified',
    attested: { ...policy, commit },
  })
})

test.each([
  ['at the same ref', policy.signer, true],
  ['at any ref, where the policy names none', 'https://github.com/acme/kit/.github/workflows/release.yml', true],
  ['but not at another ref', 'https://github.com/acme/kit/.github/workflows/release.yml@refs/tags/v2', false],
  ['nor by what only begins like it', 'https://github.com/acme/kit/.github/workflows/release', false],
  ['nor by what reads like a pattern', 'https://github.com/acme/kit/.*', false],
])('a signer counts %s', async (_, signer, counts) => {
  const bundle = await sigstore.attest(digest, good)
  const { kind } = verifyAttestation(bundle, { digest, policy: { ...policy, signer }, roots })
  expect(kind).toBe(counts ? 'verified' : 'refused')
})

const main = 'refs/heads/main'
test.each([
  ['the ref that is asked for', main, main, undefined],
  ['any ref, where none is asked for', 'refs/heads/unmerged', undefined, undefined],
  ['not another ref', 'refs/heads/unmerged', main, /of the ref "refs\/heads\/unmerged"/],
  ['not one that only begins like it', `${main}-2`, main, /of the ref "refs\/heads\/main-2"/],
  ['nor a certificate that names none', undefined, main, /of no ref that it names/],
])('what was built from a branch counts for %s', async (_, ref, wanted, reason) => {
  const bundle = await sigstore.attest(digest, { ...good, ...(ref !== undefined && { ref }) })
  const verdict = verifyAttestation(bundle, { digest, policy: { ...policy, ref: wanted }, roots })
  expect(verdict).toEqual(
    reason
      ? { kind: 'refused', reason: expect.stringMatching(reason) }
      : { kind: 'verified', attested: { ...policy, commit, ref } },
  )
})

test.each<[string, Identity, RegExp]>([
  [
    'another workflow',
    { ...good, signer: 'https://github.com/evil/kit/.github/workflows/release.yml@refs/tags/v1' },
    /signed by .*evil/,
  ],
  ['another source', { ...good, source: 'https://github.com/evil/coolkit' }, /of the source .*evil/],
  ['a source that only begins like it', { ...good, source: `${policy.source}-evil` }, /of the source .*coolkit-evil/],
  ['another issuer', { ...good, issuer: 'https://accounts.example' }, /vouched for by .*accounts/],
])('%s is refused by name', async (_, identity, reason) => {
  const verdict = verifyAttestation(await sigstore.attest(digest, identity), { digest, policy, roots })
  expect(verdict).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) })
})

test.each<[string, string, object, RegExp]>([
  ['about another image', `sha256:${'b'.repeat(64)}`, {}, /another image/],
  ['with no subject', digest, { subject: [] }, /another image/],
  ['that is a bill of materials', digest, { predicateType: 'https://spdx.dev/Document/v2.3' }, /no SLSA provenance/],
  ['that is no statement', digest, { _type: 'https://example.com/statement' }, /no in-toto statement/],
])('a signed statement %s is refused', async (_, about, statement, reason) => {
  const verdict = verifyAttestation(await sigstore.attest(about, good, statement), { digest, policy, roots })
  expect(verdict).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) })
})

test('a statement changed after it was signed is refused', async () => {
  const genuine = JSON.stringify(await sigstore.attest(`sha256:${'b'.repeat(64)}`, good))
  const forged = JSON.parse(genuine)
  const payload = Buffer.from(forged.dsseEnvelope.payload, 'base64').toString().replace('b'.repeat(64), 'a'.repeat(64))
  forged.dsseEnvelope.payload = Buffer.from(payload).toString('base64')
  expect(verifyAttestation(forged, { digest, policy, roots })).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/signature does not hold/),
  })
})

test('a bundle without an entry in the log, where the instance has one, is refused', async () => {
  const bundle = JSON.parse(JSON.stringify(await sigstore.attest(digest, good)))
  bundle.verificationMaterial.tlogEntries = []
  expect(verifyAttestation(bundle, { digest, policy, roots })).toMatchObject({ kind: 'refused' })
})

test('the same identity under authorities that nobody trusts is refused; any trusted root is enough', async () => {
  const other = await startSigstore()
  const bundle = await other.attest(digest, good)
  expect(verifyAttestation(bundle, { digest, policy, roots })).toMatchObject({ kind: 'refused' })
  const both = `${JSON.stringify(sigstore.root)}\n${JSON.stringify(other.root)}\n`
  const each = readTrustedRoots(both, { file: 'trusted-roots.jsonl' })
  expect(verifyAttestation(bundle, { digest, policy, roots: each })).toMatchObject({ kind: 'verified' })
})

test.each([null, 1, 'x', [], {}, { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }])(
  'what is no bundle (%j) is refused',
  json => {
    expect(verifyAttestation(json, { digest, policy, roots })).toMatchObject({ kind: 'refused' })
  },
)

test.each([
  ['', /the file is empty/],
  ['{', /no trusted root/],
  ['{"mediaType":"x"}', /no trusted root/],
])('a file that holds %j instead of trusted roots is named', (text, problem) => {
  expect(() => readTrustedRoots(text, { file: 'trusted-roots.jsonl' })).toThrow(problem)
})
