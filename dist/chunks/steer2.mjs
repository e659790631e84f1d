export { t as parseRollbackInputs, n as rollBack } from "./steer.mjs";
