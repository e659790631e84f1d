export { type DispatchOutcome, dispatch } from './dispatch.ts'
export { type DispatchInputs, type DispatchRequest, parseDispatchInputs } from './request.ts'
