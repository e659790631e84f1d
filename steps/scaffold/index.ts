export { addApp, type NewApp } from './add-app.ts'
export { type Kind, kinds, kitFolder, templateTree } from './template.ts'
