export { addApp, type NewApp } from './add-app.ts'
export { clusterFolders } from './cluster-folders.ts'
export { type Kind, kinds, kitFolder, templateTree } from './template.ts'
