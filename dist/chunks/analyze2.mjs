export { r as analyze, t as parseAnalyzeInputs } from "./analyze.mjs";
import "./sparkline.mjs";
