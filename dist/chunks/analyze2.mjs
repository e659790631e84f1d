export { r as analyze, n as annotate, t as parseAnalyzeInputs, i as secretValues } from "./analyze.mjs";
import "./sparkline.mjs";
