export { type Ask, askOnce, titleOf } from './ask.ts'
export { type ApprovalInputs, type ApprovalRequest, parseApprovalInputs, type Wish } from './request.ts'
export { reviewer } from './reviewer.ts'
