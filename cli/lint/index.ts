import { ConfigurationError, pairs, parseDuration } from '../../configuration/index.ts'
import { type Finding, lintDocuments } from '../../rollouts/lint/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'
import { asGitHub, asJson, asText, findingFormat } from '../findings.ts'
import { readFiles } from './files.ts'

/** `stovepipe lint`: the traps in AnalysisTemplates, before they are run. */
export const lintCommand = command({
  name: 'lint',
  summary: 'Finds the traps in AnalysisTemplates, each with its place and a cure',
  usage: 'FILE... [options]',
  description:
    'FILE is a file, or a folder with .yaml and .yml files in it and below. AnalysisTemplate, ClusterAnalysisTemplate and\n' +
    'AnalysisRun documents are looked at, others are skipped. Errors are exit code 2; a comment on the line or above it,\n' +
    '# stovepipe-lint-ignore RULE: reason, silences a rule.',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'text, json, or github for annotations, which is the default in GitHub Actions',
    },
    'scrape-interval': {
      type: 'string',
      value: 'DURATION',
      default: '30s',
      description: 'How often targets are scraped, for rates over too short a range',
    },
    arg: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'An argument of the templates' },
    strict: { type: 'boolean', description: 'Warnings are exit code 2 too' },
  },
  positionals: { min: 1, max: 1000 },
  async run(values, positionals, { cwd, env, log, stdout }) {
    const format = findingFormat(values, env)
    const scrapeInterval = intervalIn(values['scrape-interval'])
    const args = pairs((values.arg ?? []).join('\n'), { input: '--arg' })
    const { documents, findings: unread } = await readFiles(cwd, positionals)
    const { templates, findings: found } = lintDocuments(documents, { scrapeInterval, args })
    const findings = [...unread, ...found]
    if (format === 'json') stdout.write(asJson(findings))
    else if (format === 'github')
      stdout.write(asGitHub(findings, { command: 'lint', cwd, workspace: env.GITHUB_WORKSPACE || cwd }))
    else stdout.write(asText(findings))
    if (templates === 0 && unread.length === 0) log.warning('there is no AnalysisTemplate in these files')
    else
      log.info(
        `${count(findings, 'error')} and ${count(findings, 'warning')} in ${templates} ${templates === 1 ? 'template' : 'templates'}`,
      )
    const bad = findings.some(({ severity }) => severity === 'error' || values.strict)
    return bad ? exitCodes.configuration : exitCodes.done
  },
})

function count(findings: readonly Finding[], severity: Finding['severity']): string {
  const number = findings.filter(finding => finding.severity === severity).length
  return `${number} ${severity}${number === 1 ? '' : 's'}`
}

function intervalIn(text: string): number {
  const interval = parseDuration(text)
  if (interval !== undefined && interval > 0) return interval
  throw new ConfigurationError({
    problem: 'not a duration',
    place: { input: '--scrape-interval' },
    value: text,
    cure: 'Write it as 15s or 1m',
  })
}
