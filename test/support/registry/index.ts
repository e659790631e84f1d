export { type BuildahRoom, buildahRoom } from './buildah.ts'
export { type RegistryOptions, type RunningRegistry, startRegistry } from './registry.ts'
