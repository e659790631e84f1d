export { t as parsePreviewInputs, n as preview } from "./preview.mjs";
