export { filesTree, folderTree } from './tree.ts'
