export { applyChanges, type Files } from './apply.ts'
export { atRevision, type RevisionHost } from './at-revision.ts'
export { filesTree, folderTree } from './tree.ts'
