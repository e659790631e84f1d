export { type BuildahRoom, buildahRoom } from './buildah.ts'
export { type FaultyRegistry, type RegistryFault, startFaultyRegistry } from './proxy.ts'
export { labelsFor, pushImage, pushIndex } from './push.ts'
export { type RegistryOptions, type RunningRegistry, startRegistry } from './registry.ts'
