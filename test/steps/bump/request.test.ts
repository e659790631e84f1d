import { expect, test } from '@jest/globals'
import { parseBumpInputs } from '../../../steps/bump/index.ts'
import { image, newDigest, repository } from './world.ts'

const inputs = { app: 'app', image, clusters: 'dev', message: '', override: '', 'dry-run': '' }
const request = {
  app: 'app',
  image: { repository, tag: 'sha-0123456789ab', digest: newDigest },
  clusters: ['dev'],
  dryRun: false,
}

test.each([
  ['the least there is', {}, request],
  ['lists of clusters', { clusters: ' a, b\n\nc=d ,' }, { ...request, clusters: ['a', 'b', 'c=d'] }],
  ['a dry run', { 'dry-run': 'True' }, { ...request, dryRun: true }],
  ['an override that is off', { override: 'false' }, request],
  ['an override with its reason', { override: ' because ' }, { ...request, override: 'because' }],
  ['a message', { message: 'Why\n\nnot' }, { ...request, message: 'Why\n\nnot' }],
])('reads %s', (_, given, expected) => {
  expect(parseBumpInputs({ ...inputs, ...given })).toEqual(expected)
})

test.each([
  ['no app', { app: '' }, 'input "app": this input is required'],
  ['no cluster', { clusters: ' ,\n' }, 'input "clusters": this input is required'],
  ['no digest', { image: `${repository}:v1` }, 'input "image": the image has no digest'],
  ['no tag', { image: `${repository}@${newDigest}` }, 'input "image": the image has no tag'],
  ['a shell metacharacter', { image: `${repository}:$(id)` }, 'input "image": not a valid tag'],
  ['a newline', { image: `${image}\nx` }, 'input "image": not a sha256 digest'],
  ['a dry run that is neither', { 'dry-run': 'maybe' }, 'input "dry-run": not true or false (found "maybe")'],
  ['an override without a reason', { override: 'true' }, 'input "override": an override needs a reason'],
])('refuses %s', (_, given, message) => {
  expect(() => parseBumpInputs({ ...inputs, ...given })).toThrow(message)
})
