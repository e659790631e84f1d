/** Who commits what a workflow does: GitHub's own account for GITHUB_TOKEN, by the id GitHub shows its picture for. */
export const workflowCommitter = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
}
