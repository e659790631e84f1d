export { applyChanges, type Files } from './apply.ts'
export { filesTree, folderTree } from './tree.ts'
