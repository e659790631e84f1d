import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFreePorts } from './ports.ts'
import type { Site } from './site.ts'

export type PrometheusOptions = {
  /** What it scrapes, as host:port. */
  targets: readonly string[]
  /** Besides, targets that Prometheus gives labels to; `__metrics_path__` is the path of its page. */
  labelled?: readonly { targets: readonly string[]; labels: Readonly<Record<string, string>> }[]
  /** How often, as Prometheus writes it: `5s`. */
  interval: string
}

/** Starts Prometheus on loopback and gives its URL. The targets' own labels are kept. */
export function startSitePrometheus(
  site: Site,
  { targets, labelled = [], interval }: PrometheusOptions,
): Promise<string> {
  return withFreePorts(1, async port => {
    const file = join(site.folder, 'prometheus.conf') // JSON is YAML
    const jobs = [{ job_name: 'apps', honor_labels: true, static_configs: [{ targets }, ...labelled] }]
    await writeFile(
      file,
      JSON.stringify({ global: { scrape_interval: interval, scrape_timeout: interval }, scrape_configs: jobs }),
    )
    const url = `http://127.0.0.1:${port}`
    await site.start({
      name: 'prometheus',
      program: 'prometheus',
      args: [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(site.folder, 'prometheus-data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      ready: async () => (await fetch(`${url}/-/ready`)).ok,
    })
    return url
  })
}
