export { formatImageReference, type ImageReference, parseImageReference, splitRepository } from './reference.ts'
