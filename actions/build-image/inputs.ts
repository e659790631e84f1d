import { getInput } from '@actions/core'
import type { BuildInputs } from '../../steps/build/index.ts'

/** The inputs of `action.yml`, as they come; the step checks them. */
export function readInputs(): BuildInputs {
  return {
    image: getInput('image'),
    context: getInput('context'),
    file: getInput('file'),
    target: getInput('target'),
    platforms: getInput('platforms'),
    'build-args': getInput('build-args'),
    labels: getInput('labels'),
    secrets: getInput('secrets'),
    'cache-from': getInput('cache-from'),
    'cache-to': getInput('cache-to'),
    sbom: getInput('sbom'),
    provenance: getInput('provenance'),
    tag: getInput('tag'),
    push: getInput('push') || 'true',
    skip: getInput('skip') || 'true',
    attested: getInput('attested') || 'false',
    builder: getInput('builder'),
  }
}
