export { type Comparison, compareApplications } from './compare.ts'
export { type PreviewList, readPreviewLists } from './previews.ts'
export { type Application, type Rendering, renderSets } from './render.ts'
