import type { NewRepository, Place } from '../../steps/init/index.ts'

export type Made = {
  /** As it was named by who asked. */
  folder: string
  place: Place
  asked: NewRepository
  files: readonly string[]
  commit?: string | undefined
}

/** What was made, and what is left to do until the first release. */
export function nextSteps({ folder, place, asked: { url, clusters }, files, commit }: Made): string {
  const without = clusters.filter(({ prometheus }) => prometheus === undefined).map(({ name }) => name)
  const addresses = [...new Set(clusters.flatMap(({ prometheus }) => prometheus ?? []))]
  const steps = [
    'Set OWNER in the files of .github/workflows/, the load balancer in fleet.yaml, and in traffic.yml a runner that reaches it.',
    ...(without.length > 0
      ? [`Say which Prometheus scrapes ${without.join(', ')}: \`prometheus:\` in clusters/. No gate is passed without.`]
      : []),
    `In promote.yml, give a \`runner\` that reaches ${addresses.length > 0 ? addresses.join(', ') : 'each Prometheus'} if GitHub’s do not, and for private images \`registry-username\` and \`registry-password\`. README.md has the lines, for Argo CD and a protected main too.`,
    ...(commit === undefined ? [`Look at it, and commit: cd ${folder} && git add --all && git commit`] : []),
    `Push it: ${push(place, url)}`,
    `Name the clusters in Argo CD as they are named here: ${clusters.map(({ name }) => name).join(', ')}.`,
    'Apply bootstrap/root.yaml to the cluster that Argo CD runs in; README.md says what comes of it.',
    'Release: stovepipe promote --app coolkit --image REPOSITORY:TAG@DIGEST --repository URL',
  ]
  return [
    `${files.length} files in ${folder}${commit === undefined ? '' : `, commit ${commit}`}. \`stovepipe check ${folder}\` checks them.`,
    `Argo CD is to read them from ${url}.`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
  ].join('\n')
}

function push(place: Place, url: string): string {
  if (place.kind === 'folder') return `git remote add origin ${url} && git push -u origin main`
  return `${place.origin === undefined ? `git remote add origin ${url} && ` : ''}git push -u origin HEAD:main`
}
