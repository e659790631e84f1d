import { parse } from 'node:path'
import { ConfigurationError, formatPlace, parseDuration } from '../../configuration/index.ts'
import { type Finding, lintTemplates, loadTemplates } from '../../rollouts/analysis/index.ts'
import { readSources } from '../../steps/analyze/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'

/** `stovepipe lint`: the traps in AnalysisTemplates, before they are run. */
export const lintCommand = command({
  name: 'lint',
  summary: 'Finds the traps in AnalysisTemplates, each with its place and a cure',
  usage: 'FILE... [options]',
  options: {
    'scrape-interval': {
      type: 'string',
      value: 'DURATION',
      default: '30s',
      description: 'How often targets are scraped, for rates over too short a range',
    },
  },
  positionals: { min: 1, max: 1000 },
  async run(values, positionals, { cwd, stdout }) {
    const scrapeInterval = parseDuration(values['scrape-interval'])
    if (scrapeInterval === undefined || scrapeInterval <= 0) {
      throw new ConfigurationError({
        problem: 'not a duration',
        place: { input: '--scrape-interval' },
        value: values['scrape-interval'],
        cure: 'Write it as 15s or 1m',
      })
    }
    const documents = await readSources({ base: cwd, within: [parse(cwd).root] }, positionals)
    const findings = lintTemplates(loadTemplates(documents), { scrapeInterval })
    const published = findings.map(finding => ({ ...finding, place: formatPlace(finding.place) }))
    stdout.write(values.json ? `${JSON.stringify({ findings: published }, null, 2)}\n` : findings.map(line).join(''))
    return findings.some(({ severity }) => severity === 'error') ? exitCodes.configuration : exitCodes.done
  },
})

function line({ place, severity, rule, problem, cure }: Finding): string {
  return `${formatPlace(place)}: ${severity}: ${problem}. ${cure} (${rule})\n`
}
