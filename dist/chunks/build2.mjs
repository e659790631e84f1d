export { r as build, n as parseBuildInputs, i as secretValues, t as subjectName } from "./build.mjs";
