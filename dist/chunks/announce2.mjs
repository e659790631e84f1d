export { t as linksOf, l as openAnalysisCheck, r as openChronicle } from "./announce.mjs";
import "./home.mjs";
import "./announcement.mjs";
