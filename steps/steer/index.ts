export { type Steered, steer } from './steer.ts'
