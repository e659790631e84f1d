export { t as linksOf, s as openAnalysisCheck, i as openAnnouncer, r as openChronicle } from "./announce.mjs";
