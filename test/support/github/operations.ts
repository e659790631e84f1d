/**
 * What the server answers, and the permissions that a token needs for it, as GitHub writes them in
 * `x-accepted-github-permissions`: `;` between alternatives. `app` is asked with an App's own token, `none` by anybody.
 * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const operations = {
  'GET /rate_limit': 'none',
  'GET /app': 'app',
  'GET /app/installations': 'app',
  'GET /app/installations/{installation_id}': 'app',
  'POST /app/installations/{installation_id}/access_tokens': 'app',
  'GET /repos/{owner}/{repo}/installation': 'app',
  'GET /installation/repositories': 'metadata=read',
  'GET /user': 'none',

  'GET /repos/{owner}/{repo}': 'metadata=read',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': 'metadata=read',
  'GET /repos/{owner}/{repo}/commits': 'contents=read',
  'GET /repos/{owner}/{repo}/commits/{ref}': 'contents=read',
  'GET /repos/{owner}/{repo}/compare/{basehead}': 'contents=read',
  'GET /repos/{owner}/{repo}/contents/{path}': 'contents=read',
  'PUT /repos/{owner}/{repo}/contents/{path}': 'contents=write',
  'GET /repos/{owner}/{repo}/branches/{branch}': 'contents=read',
  'GET /repos/{owner}/{repo}/git/ref/{ref}': 'contents=read',
  'POST /repos/{owner}/{repo}/git/refs': 'contents=write',
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': 'contents=write',
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': 'contents=write',
  'POST /repos/{owner}/{repo}/dispatches': 'contents=write',

  'GET /repos/{owner}/{repo}/pulls': 'pull_requests=read',
  'POST /repos/{owner}/{repo}/pulls': 'pull_requests=write',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': 'pull_requests=read',
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': 'pull_requests=write',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': 'issues=read; pull_requests=read',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': 'issues=write; pull_requests=write',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': 'issues=read; pull_requests=read',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': 'issues=write; pull_requests=write',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': 'issues=write; pull_requests=write',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': 'issues=read; pull_requests=read',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': 'issues=write; pull_requests=write',
  'PUT /repos/{owner}/{repo}/issues/{issue_number}/labels': 'issues=write; pull_requests=write',
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': 'issues=write; pull_requests=write',
  'GET /repos/{owner}/{repo}/labels/{name}': 'issues=read; pull_requests=read',
  'POST /repos/{owner}/{repo}/labels': 'issues=write; pull_requests=write',

  'GET /repos/{owner}/{repo}/deployments': 'deployments=read',
  'POST /repos/{owner}/{repo}/deployments': 'deployments=write',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': 'deployments=read',
  'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}': 'deployments=write',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': 'deployments=read',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': 'deployments=write',

  'POST /repos/{owner}/{repo}/check-runs': 'checks=write',
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': 'checks=read',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': 'checks=write',
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': 'checks=read',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': 'checks=read',

  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': 'actions=write',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': 'actions=read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': 'actions=read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs': 'actions=read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals': 'actions=read',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments': 'actions=read',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments': 'deployments=write',
} as const satisfies Readonly<Record<string, string>>

export type Operation = keyof typeof operations
