export { type BareRepository, createRepository, type Seed } from './bare.ts'
export { type GitServer, type Hooks, type RequestKind, startGitServer } from './server.ts'
