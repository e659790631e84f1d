import { decideAdmission } from './admission.ts'
import { approvalOf, decideApproval } from './approval.ts'
import { findChosen } from './chosen.ts'
import { editedByHand, receiving } from './clusters.ts'
import { findEvidence } from './evidence.ts'
import { countAttempt } from './gate.ts'
import { fleetRelease } from './joining.ts'
import { ownerOf } from './observations.ts'
import { quarantined, quarantineEntry } from './quarantine.ts'
import { findRestoration, withdrawAcceptances } from './rollback.ts'
import { slotTakenBy } from './slots.ts'
import { mayYield } from './supersession.ts'
import { weighAnalysis, weighHealth } from './verdict.ts'

/**
 * The decisions that a plan is composed of, each a pure function of its own, under the number that the protocol gives
 * it in the documentation. Plans take them as a value, so that a test can change one and see that it matters.
 */
export const protocol = {
  /** 1 */ countAttempt,
  /** 2 */ decideAdmission,
  /** 3 */ mayYield,
  /** 4 */ editedByHand,
  /** 5, 8 */ weighHealth,
  /** 6, 8 */ weighAnalysis,
  /** 7 */ slotTakenBy,
  /** 8 */ approvalOf,
  /** 8 */ decideApproval,
  /** 9 */ quarantineEntry,
  /** 9 */ quarantined,
  /** 10 */ findChosen,
  /** 10 */ findRestoration,
  /** 10 */ withdrawAcceptances,
  /** 11 */ receiving,
  /** 11 */ findEvidence,
  /** 11 */ fleetRelease,
  /** 12 */ ownerOf,
}
export type Rules = typeof protocol
