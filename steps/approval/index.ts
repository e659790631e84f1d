export { type Ask, askOnce, titleOf } from './ask.ts'
export { type ApprovalInputs, type ApprovalRequest, handover, parseApprovalInputs, type Wish } from './request.ts'
export { reviewer } from './reviewer.ts'
