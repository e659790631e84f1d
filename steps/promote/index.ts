export { type PromoteHost, promote } from './promote.ts'
export { type PromoteInputs, type PromoteRequest, parsePromoteInputs } from './request.ts'
