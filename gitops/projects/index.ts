export { type Destination, permitsDestination } from './destination.ts'
export { glob } from './glob.ts'
export { type Kind, kindOf, permitsKind, scopeOf } from './kind.ts'
export { type Project, projectSchema, projectsIn } from './project.ts'
