import { relative, resolve } from 'node:path'
import { formatPlace } from '../../configuration/index.ts'
import type { Finding } from '../../rollouts/lint/index.ts'
import { plain } from '../log.ts'

/** One line a finding, as compilers write them, so that editors link them. */
export function asText(findings: readonly Finding[]): string {
  return findings
    .map(finding => `${plain(`${formatPlace(finding.place)}: ${finding.severity}: ${message(finding)}`)}\n`)
    .join('')
}

/** One object; a place is `{ file, line, column }`. */
export function asJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings }, null, 2)}\n`
}

/**
 * Workflow commands, which make annotations (actions/toolkit, packages/core/src/command.ts): whatever a template holds
 * is escaped, so that it cannot be one itself. Files are named as from the workspace. The runner shows ten annotations a
 * kind and step, and the log all messages, so these hold the place too.
 */
export function asGitHub(findings: readonly Finding[], { cwd, workspace }: { cwd: string; workspace: string }): string {
  return findings
    .map(finding => {
      const { place, severity, rule } = finding
      const properties =
        'file' in place
          ? { file: relative(workspace, resolve(cwd, place.file)), line: place.line, col: place.column }
          : {}
      const written = Object.entries({ ...properties, title: `stovepipe lint: ${rule}` })
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
