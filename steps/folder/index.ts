export { applyChanges, type Files } from './apply.ts'
export { atRevision, type RevisionHost } from './at-revision.ts'
export { type Around, type Checkout, checkoutInPlaceOf, checkoutOf, wholeRepository } from './checkout.ts'
export { filesTree, folderTree } from './tree.ts'
