import { expect, test } from '@jest/globals'
import { parseDuration, readDocuments } from '../../../configuration/index.ts'
import { type GateAnalysis, pipelineOf, readFleet, shares, waveClusters } from '../../../gitops/fleet/index.ts'
import { loadTemplates } from '../../../rollouts/analysis/index.ts'
import { templateFiles } from '../../support/template.ts'
import { treeOf } from '../../support/tree.ts'
import { hastened } from '../simulator/hastened.ts'
import { requestsPerSecond, soon } from './pace.ts'

const apps = ['coolkit', 'storefront']
const paces = [
  ['as the template is', templateFiles()],
  ['with --soon', hastened(templateFiles(), soon)],
] as const

test.each(paces.flatMap(([pace, files]) => apps.map(app => [app, pace, files] as const)))(
  '%s, %s: a good release gets the requests that it is judged by',
  (app, _pace, files) => {
    const tree = treeOf(files)
    const fleet = readFleet(tree)
    const share = shares(fleet)
    const rateOn = (cluster: string) => (requestsPerSecond * (share.get(cluster) ?? 0)) / 100
    const analyses = (pipelineOf(tree, app)?.waves ?? []).flatMap(wave => {
      const { analysis } = wave.gate
      return analysis ? waveClusters(wave, fleet.clusters).map(({ name }) => ({ rate: rateOn(name), analysis })) : []
    })
    expect(analyses.length).toBeGreaterThan(0)
    for (const { rate, analysis } of analyses) {
      for (const name of analysis.templates) expectEnough(rate, files[`analysis/${name}.yaml`], analysis)
    }
    // The Rollout's own: its first step judges that part of the pods.
    const rollout = files[`apps/${app}/base/rollout.yaml`]
    const [, weight] = /setWeight: (\d+)/.exec(rollout ?? '') ?? []
    if (weight === undefined) return
    const canaries = fleet.clusters.filter(({ role }) => role !== undefined).map(({ name }) => rateOn(name))
    for (const rate of canaries) {
      expectEnough((rate * Number(weight)) / 100, files[`apps/${app}/base/analysis.yaml`], { args: {} })
    }
  },
)

type Judged = Pick<GateAnalysis, 'args'> & Partial<Pick<GateAnalysis, 'minimumRequests'>>

/** What comes at this rate is more than what is needed, with four standard deviations of chance between them. */
function expectEnough(rate: number, text: string | undefined, { args, minimumRequests = 0 }: Judged): void {
  const { templates } = loadTemplates(readDocuments(text ?? '', 'analysis.yaml'))
  for (const { spec } of templates) {
    const least = args['min-requests'] ?? spec.args?.find(({ name }) => name === 'min-requests')?.value
    for (const metric of spec.metrics ?? []) {
      const query = metric.provider?.prometheus?.query ?? ''
      const [, window = ''] = /\[(\w+)\]/.exec(query) ?? []
      if (query.includes('min-requests')) expect(surely(rate, window)).toBeGreaterThan(Number(least))
      const run = (parseDuration(metric.interval ?? '') ?? 0) * (Number(metric.count ?? 1) - 1)
      if (minimumRequests > 0) expect(surely(rate, `${run}ms`)).toBeGreaterThan(minimumRequests)
    }
  }
}

function surely(rate: number, window: string): number {
  const expected = (rate * (parseDuration(window) ?? 0)) / 1000
  return expected - 4 * Math.sqrt(expected)
}
