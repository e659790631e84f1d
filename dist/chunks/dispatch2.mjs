export { n as dispatch, t as parseDispatchInputs } from "./dispatch.mjs";
