export { type Address, type AddressContext, parseAddress } from './address.ts'
export { type CommitRelation, type History, type HistoryOptions, openHistory } from './ancestry.ts'
export type { Committer } from './commit.ts'
export { type Derive, type Derived, type DeriveOptions, writeDerived } from './derive.ts'
export type { Token } from './git.ts'
export { type OpenRepository, openRepository, type RepositoryOptions, type RepositoryPorts } from './open.ts'
export {
  type Change,
  type Entry,
  type Repository,
  RepositoryUnreachableError,
  type Tree,
  type Write,
  type WriteResult,
} from './repository.ts'
