import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readDocuments } from '../../../configuration/index.ts'
import { loadTemplates, mergeTemplates, prometheusProvider, runAnalysis } from '../../../rollouts/analysis/index.ts'
import { analysisTemplate, type Signal, toYaml } from '../../../rollouts/manifests/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { type RealPrometheus, startPrometheus } from '../../support/prometheus/real.ts'
import { mutantsOf } from './mutants.ts'
import { measuring } from './samples.ts'

export type Phase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error'

/** A world, given the names that keep it apart from the others, and what the signal must say of it. */
export type Case = {
  name: string
  world(place: Place): string
  verdict: Phase
  args?: Readonly<Record<string, string>>
}

/** The names of one world: no other world uses them. */
export type Place = { service: string; cluster: string }

/** The arguments that a gate gives, and those of the templates that have no default. */
const given = { digest: 'sha256:new', 'stable-digest': 'sha256:old', role: 'canary', track: 'canary' }

/**
 * Plays each case of a signal against the real Prometheus by our analysis, through its YAML; then every mutant of the
 * signal, of which each must get some case wrong.
 */
export function judged(
  title: string,
  signal: Signal,
  cases: readonly Case[],
  args: Readonly<Record<string, string>> = {},
) {
  let server: RealPrometheus
  const places = new Map(
    cases.map(({ name }, index) => [name, { service: `service-${index}`, cluster: `cluster-${index}` }]),
  )
  const placeOf = (name: string): Place => places.get(name) ?? { service: '', cluster: '' }
  const verdictOf = (played: Signal, { name, args: own = {} }: Case) =>
    verdict(played, server.url, { ...given, ...placeOf(name), ...args, ...own })

  beforeAll(async () => {
    server = await startPrometheus(`${cases.map(({ name, world }) => world(placeOf(name))).join('')}# EOF\n`)
  }, 60_000)
  afterAll(() => server?.close())

  test.each(cases.map(one => [one.name, one.verdict, one] as const))(
    `${title}: %s: %s`,
    async (_name, verdict, one) => {
      expect(await verdictOf(signal, one)).toBe(verdict)
    },
  )

  test.each(mutantsOf(signal))(`${title}: %s is noticed`, async (_what, mutant) => {
    const wrong: string[] = []
    for (const one of cases) if ((await verdictOf(mutant, one)) !== one.verdict) wrong.push(one.name)
    expect(wrong).not.toEqual([])
  })
}

async function verdict(signal: Signal, url: string, args: Readonly<Record<string, string>>): Promise<string> {
  const yaml = toYaml(analysisTemplate('played', { about: 'A test.', signals: [signal] }))
  const spec = mergeTemplates(loadTemplates(readDocuments(yaml, 'played.yaml')), { args })
  const outcome = await runAnalysis(spec, {
    query: prometheusProvider({ fetch, url }),
    clock: new VirtualClock(measuring * 1000),
  })
  const most = Math.max(0, ...outcome.metrics.flatMap(({ history }) => history.map(({ values }) => values.length)))
  return most > 1 ? `${most} series, of which the condition sees one` : outcome.status.phase
}
