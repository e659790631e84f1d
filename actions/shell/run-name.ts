type Environment = Readonly<Record<string, string | undefined>>

/** The run's page, and something of its own: one job may run the step twice, and two attempts share a number. */
export function runName(env: Environment): string {
  const page = runPage(env)
  const unique = crypto.randomUUID().slice(0, 8)
  return page === undefined ? `run-${unique}` : `${page}/attempts/${env.GITHUB_RUN_ATTEMPT ?? '1'}#${unique}`
}

/** Where the run is watched; undefined outside a workflow. */
export function runPage({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Environment): string | undefined {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
}
