import { getInput, getMultilineInput } from '@actions/core'
import type { AnalyzeInputs } from '../../steps/analyze/index.ts'
import { credentialsIn } from '../shell/index.ts'

/** What the analysis needs, and whether and how a check run tells of it. */
export type Inputs = AnalyzeInputs & { check: string; token: string }

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): Inputs {
  return {
    check: getInput('check'),
    token: getInput('token'),
    'prometheus-url': getInput('prometheus-url'),
    'prometheus-headers': getMultilineInput('prometheus-headers'),
    templates: getMultilineInput('templates'),
    args: getMultilineInput('args'),
    secrets: getMultilineInput('secrets'),
    timeout: getInput('timeout'),
    report: getInput('report'),
    'dry-run': getInput('dry-run') || 'false',
    mode: getInput('mode'),
    kubeconfig: getInput('kubeconfig'),
    context: getInput('context'),
    namespace: getInput('namespace'),
    keep: getInput('keep'),
  }
}

/** The name of the check run, if there is to be one. */
export function checkName({ check }: Inputs): string | undefined {
  if (check === '' || check === 'false') return undefined
  return check === 'true' ? 'canary-analysis' : check.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)
}

/** What must never be shown: the token, the values of headers, a password in the address, what a kubeconfig proves itself with. */
export function secretsIn({
  'prometheus-url': url,
  'prometheus-headers': headers,
  kubeconfig = '',
  token,
}: Inputs): string[] {
  const values = headers.map(header => header.slice(header.indexOf(':') + 1).trim())
  const words = values.flatMap(value => [value, ...value.split(' ').filter(word => word.length >= 8)])
  const password = URL.parse(url)?.password ?? ''
  return [token, ...words, password, decoded(password), ...credentialsIn(kubeconfig)].filter(secret => secret !== '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
