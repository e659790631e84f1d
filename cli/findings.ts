import { relative, resolve } from 'node:path'
import { ConfigurationError, formatPlace } from '../configuration/index.ts'
import type { Finding } from '../rollouts/lint/index.ts'
import { plain } from './log.ts'

/** How findings are written. */
export type FindingFormat = 'text' | 'json' | 'github'

/** The format that the flags ask for: annotations by default in GitHub Actions. */
export function findingFormat(
  { json, format }: { json?: boolean | undefined; format?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): FindingFormat {
  const name = json ? 'json' : (format ?? (env.GITHUB_ACTIONS === 'true' ? 'github' : 'text'))
  if (name === 'text' || name === 'json' || name === 'github') return name
  throw new ConfigurationError({
    problem: 'there is no such format',
    place: { input: '--format' },
    value: name,
    cure: 'Write text, json or github',
  })
}

/** One line a finding, as compilers write them, so that editors link them. */
export function asText(findings: readonly Finding[]): string {
  return findings
    .map(finding => `${plain(`${formatPlace(finding.place)}: ${finding.severity}: ${message(finding)}`)}\n`)
    .join('')
}

/** One object; a place is `{ file, line, column }`. `more` is what a command has beside its findings. */
export function asJson(findings: readonly Finding[], more: object = {}): string {
  return `${JSON.stringify({ findings, ...more }, null, 2)}\n`
}

/**
 * Workflow commands, which make annotations (actions/toolkit, packages/core/src/command.ts): whatever a template holds
 * is escaped, so that it cannot be one itself. Files are named as from the workspace. The runner shows ten annotations a
 * kind and step, and the log all messages, so these hold the place too.
 */
export function asGitHub(
  findings: readonly Finding[],
  { command, cwd, workspace }: { command: string; cwd: string; workspace: string },
): string {
  return findings
    .map(finding => {
      const { place, severity, rule } = finding
      const properties =
        'file' in place
          ? { file: relative(workspace, resolve(cwd, place.file)), line: place.line, col: place.column }
          : {}
      const written = Object.entries({ ...properties, title: `stovepipe ${command}: ${rule}` })
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
      return `::${severity} ${written.join(',')}::${escapeData(`${message(finding)} (${formatPlace(place)})`)}\n`
    })
    .join('')
}

function message({ problem, cure, rule }: Finding): string {
  return `${problem}. ${cure} [${rule}]`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
