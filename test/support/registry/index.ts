export { type RegistryOptions, type RunningRegistry, startRegistry } from './registry.ts'
