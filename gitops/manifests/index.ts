export { type Edited, type ImageTarget, readImages, setImage } from './image.ts'
export { type Pin, readPin, setPin } from './pin.ts'
export type { ImageParts } from './site.ts'
export { type Edit, splice } from './splice.ts'
