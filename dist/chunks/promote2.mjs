export { t as parsePromoteInputs, n as promote } from "./promote.mjs";
