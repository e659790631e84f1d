export { r as bump, t as parseBumpInputs, n as promise } from "./bump.mjs";
