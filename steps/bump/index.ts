export { type BumpOutcome, type BumpPorts, bump } from './bump.ts'
export type { Guard, Question } from './guard.ts'
export type { ClusterBump, LeftOut } from './plan.ts'
export { type BumpInputs, type BumpRequest, parseBumpInputs } from './request.ts'
