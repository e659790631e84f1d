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
    tag: getInput('tag'),
    push: getInput('push') || 'true',
    builder: getInput('builder'),
  }
}
