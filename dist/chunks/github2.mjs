export { a as GitHubError, n as openApp, i as openGitHub, t as repositoryOn } from "./github.mjs";
import "./announce.mjs";
import "./preview.mjs";
import "./deployments.mjs";
import "./dispatch.mjs";
import "./approval.mjs";
