export { i as analyze, n as annotate, t as parseAnalyzeInputs, a as secretValues } from "./analyze.mjs";
import "./sparkline.mjs";
