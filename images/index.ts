export { formatImageReference, type ImageReference, parseImageReference, splitRepository } from './reference.ts'
export {
  type Credential,
  type Credentials,
  findCredentials,
  isLoopback,
  openRegistry,
  parseDockerConfig,
  type Registry,
  RegistryError,
  type RegistryFault,
  type Resolved,
} from './registry/index.ts'
