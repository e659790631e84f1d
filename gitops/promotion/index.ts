export type { Offer } from './admission.ts'
export { adoptRunning, type Unadopted, unadopted } from './adopt.ts'
export { adopt } from './advance.ts'
export { type Approving, awaitedApproval, lackingApproval } from './approval.ts'
export type { Choice } from './chosen.ts'
export { activePrimaries } from './clusters.ts'
export { oneLine } from './commit.ts'
export { copyFolder, filesUnder, siblingOf } from './copy-folder.ts'
export { findEvidence } from './evidence.ts'
export type { ApprovalWish, Outcome, OutcomeKind, Stop, WaveReport } from './outcome.ts'
export { type Decided, type Decision, forgive, refused, resume, rollback, suspend } from './people.ts'
export { asRelease, clusterFolder, holds, type Pinned, pinChanges, pinFile, readPinned } from './pins.ts'
export { plan } from './plan.ts'
export type {
  AnalysisQuery,
  Ancestry,
  Health,
  HealthQuery,
  Judge,
  Judgement,
  Observer,
  Relation,
  ReservedArguments,
} from './ports.ts'
export { type Ports, type Promotion, promote } from './promote.ts'
export { type QuarantineEntry, quarantined, quarantineFile, quarantineSchema } from './quarantine.ts'
export { accept, clusterRecord, type ReleaseRecord, withCluster } from './record.ts'
export { recordFile, recordSchema, writeRecord } from './record-file.ts'
export {
  exactNameOf,
  type Image,
  keyOf,
  nameRelease,
  namesRelease,
  type Release,
  sameImage,
  sameRelease,
} from './release.ts'
export { renameWord } from './rename-word.ts'
export { protocol, type Rules } from './rules.ts'
export { fleetOf, quarantineOf, readState, recordOf, type State } from './state.ts'
