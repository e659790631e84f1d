export { type ChangeCheck, checkChange } from './change.ts'
export { checkRepository } from './check.ts'
