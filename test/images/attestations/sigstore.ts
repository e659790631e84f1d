import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { initializeCA, initializeCTLog, initializeTLog } from '@sigstore/mock'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { z } from 'zod'

/** What a workflow's certificate says of it. */
export type Identity = {
  signer: string
  source: string
  commit?: string
  ref?: string
  issuer?: string
}

/** A Sigstore instance of its own: its trusted root as JSON, and bundles signed under it as `actions/attest` makes them. */
export type Sigstore = {
  root: unknown
  attest(digest: string, identity: Identity, statement?: Partial<Statement>): Promise<unknown>
}

type Statement = { _type: string; predicateType: string; subject: unknown; predicate: unknown }

/** What the log answers: its own types are not published with it. */
const logged = z.object({
  body: z.string(),
  integratedTime: z.number(),
  logID: z.string(),
  logIndex: z.number(),
  verification: z.object({
    signedEntryTimestamp: z.string(),
    inclusionProof: z.object({
      logIndex: z.number(),
      rootHash: z.string(),
      treeSize: z.number(),
      hashes: z.array(z.string()),
      checkpoint: z.string(),
    }),
  }),
})

const extension = {
  issuer: '1.3.6.1.4.1.57264.1.8',
  source: '1.3.6.1.4.1.57264.1.12',
  commit: '1.3.6.1.4.1.57264.1.13',
  ref: '1.3.6.1.4.1.57264.1.14',
}

export async function startSigstore(): Promise<Sigstore> {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ctlog = await initializeCTLog(pair())
  const ca = await initializeCA(generateKeyPairSync('ec', { namedCurve: 'P-384' }), ctlog)
  const tlog = await initializeTLog('https://rekor.example', pair())
  const validFor = { start: new Date(0).toISOString() }
  const key = (rawBytes: Uint8Array) => ({
    rawBytes: Buffer.from(rawBytes).toString('base64'),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    validFor,
  })
  const log = (baseUrl: string, publicKey: Uint8Array) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: key(publicKey),
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
  })
  const root = TrustedRoot.toJSON(
    TrustedRoot.fromJSON({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [
        {
          subject: { commonName: 'sigstore', organization: 'example' },
          uri: 'https://fulcio.example',
          certChain: { certificates: [{ rawBytes: base64(ca.rootCertificate) }] },
          validFor,
        },
      ],
      tlogs: [log('https://rekor.example', tlog.publicKey)],
      ctlogs: [log('https://ctfe.example', ctlog.publicKey)],
    }),
  )

  async function attest(digest: string, identity: Identity, changed: Partial<Statement> = {}): Promise<unknown> {
    const { publicKey, privateKey } = pair()
    const { signer, source, commit, ref, issuer = 'https://token.actions.githubusercontent.com' } = identity
    const certificate = await ca.issueCertificate({
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
      subjectAltName: signer,
      extensions: [
        { oid: extension.issuer, value: issuer },
        { oid: extension.source, value: source },
        ...(commit === undefined ? [] : [{ oid: extension.commit, value: commit }]),
        ...(ref === undefined ? [] : [{ oid: extension.ref, value: ref }]),
      ],
    })
    const statement: Statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: digest.replace('sha256:', '') } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
      ...changed,
    }
    const payloadType = 'application/vnd.in-toto+json'
    const payload = Buffer.from(JSON.stringify(statement))
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
      payload,
    ])
    const signature = sign('sha256', signed, privateKey).toString('base64')
    const pem = `-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`
    const entries = await tlog.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
        envelopeHash: { algorithm: 'sha256', value: createHash('sha256').update(signature).digest('hex') },
        signatures: [{ signature, verifier: Buffer.from(pem).toString('base64') }],
      },
    })
    const entry = logged.parse(Object.values(entries)[0])
    const proof = entry.verification.inclusionProof
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: [
          {
            logIndex: String(entry.logIndex),
            logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
            kindVersion: { kind: 'dsse', version: '0.0.1' },
            integratedTime: String(entry.integratedTime),
            inclusionPromise: { signedEntryTimestamp: entry.verification.signedEntryTimestamp },
            inclusionProof: {
              logIndex: String(proof.logIndex),
              rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
              treeSize: String(proof.treeSize),
              hashes: proof.hashes.map(hash => Buffer.from(hash, 'hex').toString('base64')),
              checkpoint: { envelope: proof.checkpoint },
            },
            canonicalizedBody: entry.body,
          },
        ],
      },
      dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature }] },
    }
  }

  return { root, attest }
}

function base64(bytes: ArrayBufferView<ArrayBuffer>): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
