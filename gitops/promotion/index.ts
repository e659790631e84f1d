export type {
  AnalysisQuery,
  Ancestry,
  Health,
  HealthQuery,
  Judge,
  Judgement,
  Observer,
  Relation,
  ReservedArguments,
} from './ports.ts'
export { type Image, nameRelease, type Release, sameImage, sameRelease } from './release.ts'
