export { extras } from './editor.ts'
export { makeRepository, type NewRepository } from './make-repository.ts'
export { parseCluster } from './parse-cluster.ts'
export { writeRepository } from './write.ts'
