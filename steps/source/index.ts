export { openSource, type Source, type SourceOptions } from './source.ts'
