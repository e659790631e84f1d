export { r as askOnce, n as parseApprovalInputs, t as reviewer } from "./approval.mjs";
