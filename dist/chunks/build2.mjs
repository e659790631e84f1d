export { n as build, t as parseBuildInputs } from "./build.mjs";
