export { type Credential, type Credentials, parseDockerConfig } from './credentials.ts'
export { RegistryError, type RegistryFault } from './error.ts'
export { isLoopback } from './host.ts'
export { openRegistry, type Registry, type Resolved } from './registry.ts'
