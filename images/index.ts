export { contentKeyLabel, contentKeyOf, contentTag } from './content-key.ts'
export { formatImageReference, type ImageReference, parseImageReference, splitRepository } from './reference.ts'
export {
  type Anatomy,
  type Credential,
  type Credentials,
  findCredentials,
  isLoopback,
  type Layer,
  openRegistry,
  parseDockerConfig,
  type Registry,
  RegistryError,
  type RegistryFault,
  type RegistryReader,
  type Resolved,
} from './registry/index.ts'
