export { type RollbackHost, type RollbackKind, type RollbackOutcome, rollBack } from './roll-back.ts'
export { parseRollbackInputs, type RollbackInputs, type RollbackRequest } from './roll-back-request.ts'
export { isRefused, type Steered, steer } from './steer.ts'
