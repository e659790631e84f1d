import { expect, test } from '@jest/globals'
import { ConfigurationError } from '../../../configuration/index.ts'
import { mergeTemplates } from '../../../rollouts/analysis/index.ts'
import { library, template } from './documents.ts'

function merge(yaml: string, args: Record<string, string> = {}, templates?: string[]) {
  return mergeTemplates(library(yaml), { args, ...(templates && { templates }) })
}

test('references are followed depth-first, namespaced templates come before cluster ones, each once', () => {
  const yaml =
    template('a', {
      metrics: ['a'],
      templates: [{ templateName: 'c', clusterScope: true }, { templateName: 'b' }, { templateName: 'd' }],
    }) +
    template('b', { metrics: ['b'], templates: [{ templateName: 'd' }] }) +
    template('d', { metrics: ['d'] }) +
    template('c', { kind: 'ClusterAnalysisTemplate', metrics: ['c'] })
  expect(merge(yaml).metrics.map(({ name }) => name)).toEqual(['a', 'b', 'd', 'c'])
  expect(merge(yaml, {}, ['b']).metrics.map(({ name }) => name)).toEqual(['b', 'd'])
})

test.each([
  [
    'a cycle',
    template('a', { templates: [{ templateName: 'b' }] }) + template('b', { templates: [{ templateName: 'a' }] }),
    'templates refer to each other in a cycle: a -> b -> a',
  ],
  ['a template that refers to itself', template('a', { templates: [{ templateName: 'a' }] }), 'cycle: a -> a'],
  [
    'an unknown reference',
    template('a', { templates: [{ templateName: 'x' }] }),
    'analysistemplate.argoproj.io "x" not found',
  ],
  [
    'a metric that is there twice',
    template('a', { metrics: ['m'] }) + template('b', { metrics: ['m'] }),
    "two metrics have the same name 'm'",
  ],
  [
    'a dry-run rule that is there twice',
    template('a', { dryRun: [{ metricName: 'm' }, { metricName: 'm' }] }),
    "two Dry-Run metric rules have the same name 'm'",
  ],
  [
    'an argument with two values',
    template('a', { args: [{ name: 'x', value: 'a' }] }) + template('b', { args: [{ name: 'x', value: 'b' }] }),
    "Argument `x` specified multiple times with different values: 'a', 'b'",
  ],
  ['an argument without a value', template('a', { args: [{ name: 'x' }] }), 'args.x was not resolved'],
  ['two templates of one name', template('a', {}) + template('a', {}), 'two AnalysisTemplates have the same name'],
])('%s is refused', (_name, yaml, message) => {
  expect(() => merge(yaml)).toThrow(ConfigurationError)
  expect(() => merge(yaml)).toThrow(message)
})

test('a value from outside wins, a later template fills what an earlier one left open, unknown names are dropped', () => {
  const yaml =
    template('a', { args: [{ name: 'x' }, { name: 'y', value: '1' }] }) +
    template('b', { args: [{ name: 'x', value: 'b' }, { name: 'y' }] })
  expect(merge(yaml, { y: '2', z: '3' }).args).toEqual([
    { name: 'x', value: 'b' },
    { name: 'y', value: '2' },
  ])
})

test('an incoming value leaves valueFrom in place', () => {
  const valueFrom = { secretKeyRef: { name: 's', key: 'k' } }
  expect(merge(template('a', { args: [{ name: 'x', valueFrom }] }), { x: '1' }).args).toEqual([
    { name: 'x', valueFrom, value: '1' },
  ])
})

test.each([
  ['another kind', 'apiVersion: v1\nkind: Pod\n', 'analysis.yaml:1:13: apiVersion: must be argoproj.io/v1alpha1'],
  [
    'a number as an argument',
    'apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  args:\n    - name: x\n      value: 5\n',
    'analysis.yaml:7:14: spec.args[0].value: must be a string; quote a number (found 5)',
  ],
  [
    'a provider that needs a cluster',
    'apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  metrics:\n    - name: x\n      provider: { job: {} }\n',
    'analysis.yaml:7:17: metric "x" is measured by job',
  ],
])('%s is refused with its place', (_name, yaml, message) => {
  expect(() => library(yaml)).toThrow(message)
})
