import { expect, test } from '@jest/globals'
import type { Anatomy } from '../../../images/index.ts'
import { firstDifference } from '../../../steps/build/difference.ts'

const image = (about: Partial<Anatomy>, ...layers: [digest: string, instruction: string][]): Anatomy => ({
  platform: 'linux/amd64',
  digest: JSON.stringify([about, layers]),
  layers: layers.map(([digest, instruction]) => ({ digest, instruction })),
  config: {},
  ...about,
})
const base = image({}, ['a', 'FROM x'], ['b', 'RUN date'])

test.each<[string, Anatomy[], Anatomy[], string | undefined]>([
  ['nothing', [base], [base], undefined],
  [
    'a layer',
    [base],
    [image({}, ['a', 'FROM x'], ['c', 'RUN  date\n > /x'])],
    'of linux/amd64, layer 2 of 2, made by "RUN date > /x", differs',
  ],
  ['a layer more', [base], [image({}, ['a', ''], ['b', ''], ['c', ''])], 'of linux/amd64, layer 3 of 3 differs'],
  ['a layer less', [base], [image({}, ['a', ''])], 'of linux/amd64, it has 1 layers instead of 2'],
  [
    'settings',
    [image({ config: { created: 1, config: { Env: ['a'], Cmd: ['x'] } } }, ['a', ''])],
    [image({ config: { created: 2, config: { Env: ['b'], Cmd: ['x'] } } }, ['a', ''])],
    'of linux/amd64, the layers are the same, but not its settings: config.Env, created',
  ],
  ['a platform more', [base], [base, image({ platform: 'linux/arm64' })], 'it is for linux/arm64 too'],
  ['a platform less', [base, image({ platform: 'linux/arm64' })], [base], 'it is not for linux/arm64 any more'],
])('%s', (_, before, after, expected) => {
  expect(firstDifference(before, after)).toBe(expected)
})
