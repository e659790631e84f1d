import { getInput, getMultilineInput } from '@actions/core'
import type { AnalyzeInputs } from '../../steps/analyze/index.ts'
import { credentialsIn } from '../shell/index.ts'

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): AnalyzeInputs {
  return {
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

/** What must never be shown: the values of headers, a password in the address, what a kubeconfig proves itself with. */
export function secretsIn({
  'prometheus-url': url,
  'prometheus-headers': headers,
  kubeconfig = '',
}: AnalyzeInputs): string[] {
  const values = headers.map(header => header.slice(header.indexOf(':') + 1).trim())
  const words = values.flatMap(value => [value, ...value.split(' ').filter(word => word.length >= 8)])
  const password = URL.parse(url)?.password ?? ''
  return [...words, password, decoded(password), ...credentialsIn(kubeconfig)].filter(secret => secret !== '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
