/**
 * What an endpoint needs, as GitHub says in `x-accepted-github-permissions`, in the spelling of workflows. Sets of
 * permissions are alternatives (`;` between them), those of a set are needed together (`,`): `issues=write;
 * pull_requests=write` gives `issues: write or pull-requests: write`. Undefined when the header says nothing.
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible
 */
export function readPermission(header: string | null): string | undefined {
  const sets = (header ?? '').split(';').map(readSet)
  const known = sets.filter(set => set !== '')
  return known.length > 0 ? known.join(' or ') : undefined
}

function readSet(set: string): string {
  const pairs = [...set.matchAll(/([a-z][a-z_]*)=(read|write|admin)/g)]
  return pairs.map(([, name = '', level]) => `${name.replaceAll('_', '-')}: ${level}`).join(' and ')
}
