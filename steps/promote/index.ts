export { readGateTemplates, requirePerCluster, requireTemplate } from './gate-templates.ts'
export { type PromoteHost, promote } from './promote.ts'
export { type PromoteInputs, type PromoteRequest, parsePromoteInputs } from './request.ts'
