export { checkRepository } from './check.ts'
