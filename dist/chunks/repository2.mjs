export { t as openRepository } from "./repository.mjs";
