export { n as summarizeEnd } from "./summary4.mjs";
