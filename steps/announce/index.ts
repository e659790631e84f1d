export { type AnalysisStory, nameFrom, openChronicle, type Timeline } from './chronicle.ts'
export type { Move, Standing } from './moves.ts'
