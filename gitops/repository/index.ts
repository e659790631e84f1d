export {
  type Change,
  type Entry,
  type Repository,
  RepositoryUnreachableError,
  type Tree,
  type Write,
  type WriteResult,
} from './repository.ts'
