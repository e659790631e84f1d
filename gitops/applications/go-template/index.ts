export { TemplateError, UnknownTemplateError } from './error.ts'
export { renderTemplate } from './run.ts'
export { isMap, print, type Value } from './value.ts'
