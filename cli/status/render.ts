import { columns } from '../columns.ts'
import type { Paint } from '../log.ts'
import { plain } from '../log.ts'
import type { AppStatus, FleetStatus, PinStatus } from './read.ts'

/** The fleet for a person: the clusters, then each app with what every cluster's folder holds. */
export function renderStatus({ commit, clusters, apps }: FleetStatus, paint: Paint): string {
  const head = ['CLUSTER', 'ROLE', 'STATE', 'SHARE']
  const rows = clusters.map(({ name, role, state, share }) => [
    name,
    role ?? '-',
    state === 'active' ? paint('green', state) : paint('yellow', state),
    share === 0 ? '-' : `${formatShare(share)}%`,
  ])
  return [
    `Git ${commit.slice(0, 12)}`,
    '',
    ...columns([head.map(title => paint('bold', title)), ...rows]),
    ...apps.flatMap(app => ['', ...renderApp(app, paint)]),
    '',
  ].join('\n')
}

function renderApp(app: AppStatus, paint: Paint): string[] {
  const { name, pipeline, pins, quarantine } = app
  return [
    `${paint('bold', name)}${pipeline ? '' : ' (no pipeline)'}`,
    ...columns(pins.flatMap(pin => renderPin(pin, paint))).map(line => `  ${line}`),
    ...(pins.length === 0 ? ['  in no cluster'] : []),
    ...renderRelease(app).map(line => `  ${plain(line)}`),
    ...quarantine.map(entry => `  ${paint('red', 'in quarantine:')} ${plain(renderEntry(entry))}`),
  ]
}

function renderRelease({ name, release, next, suspended, approval }: AppStatus): string[] {
  return [
    ...(release ? [`${release.phase}: ${release.tag}${release.reason === null ? '' : `, ${release.reason}`}`] : []),
    ...(approval
      ? [
          `${approval.release} waits for an approval of ${approval.wave}, environment ${approval.environment}: stovepipe promote --app ${name} --approve ${approval.wave}`,
        ]
      : []),
    ...(next ? [`next: ${next.tag}`] : []),
    ...(suspended ? [`suspended by ${suspended.by} at ${suspended.at}: ${suspended.reason}`] : []),
  ]
}

function renderEntry({ tag, base, at, by, reason }: AppStatus['quarantine'][number]): string {
  const what = base === undefined ? tag : `${tag} with base ${base.slice(0, 7)}`
  return `${what} since ${at}, by ${by}: ${reason}`
}

function renderPin({ cluster, images, base, currentBase }: PinStatus, paint: Paint): string[][] {
  const configuration =
    base === null ? '' : `base ${base.slice(0, 7)}${currentBase ? '' : paint('yellow', ' (not the current one)')}`
  if (images.length === 0) return [[cluster, '-', '', configuration]]
  return images.map(({ repository, tag, digest }, index) => [
    index === 0 ? cluster : '',
    plain(tag ?? '-'),
    plain(digest === null ? repository : `${repository}@${digest.slice(0, 19)}…`),
    index === 0 ? configuration : '',
  ])
}

/** Two decimals at most: 5, 47.5, 31.67. */
function formatShare(percent: number): string {
  return String(Math.round(percent * 100) / 100)
}
