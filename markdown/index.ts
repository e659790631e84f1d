export { cell, codeBlock, link, type Markdown, table } from './escape.ts'
