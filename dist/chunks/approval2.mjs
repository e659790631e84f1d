export { i as askOnce, r as parseApprovalInputs, t as reviewer } from "./approval.mjs";
