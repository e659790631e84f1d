export { type Announcer, type AnnouncerOptions, openAnnouncer } from './announcer.ts'
export { type AnalysisStory, linksOf, nameFrom, openChronicle, type Timeline } from './chronicle.ts'
export { homeOf, type Places, sourceOf } from './home.ts'
export type { Move, Standing } from './moves.ts'
