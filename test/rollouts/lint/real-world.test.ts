import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { ruleTable } from '../../../rollouts/lint/index.ts'
import { document, rulesIn } from './yaml.ts'

/** Templates as people write them, after the examples of several projects' documentation. */
test('a success rate of a service mesh, measured in the background', () => {
  const template = document(`args:
  - name: service-name
metrics:
  - name: success-rate
    interval: 5m
    successCondition: result[0] >= 0.95
    failureLimit: 3
    provider:
      prometheus:
        address: http://prometheus.example.com:9090
        query: |
          sum(irate(
            istio_requests_total{reporter="source",destination_service=~"{{args.service-name}}",response_code!~"5.*"}[5m]
          )) /
          sum(irate(
            istio_requests_total{reporter="source",destination_service=~"{{args.service-name}}"}[5m]
          ))`)
  expect(rulesIn(template)).toEqual(['interval-without-count', 'empty-result', 'ratio-without-guard'])
})

test('the same with every guard', () => {
  const template = document(`args:
  - name: service-name
metrics:
  - name: success-rate
    interval: 5m
    count: 3
    # no requests at all are no failure
    successCondition: len(result) == 0 || isNaN(result[0]) || result[0] >= 0.95
    failureLimit: 1
    provider:
      prometheus:
        address: http://prometheus.example.com:9090
        query: >-
          sum(rate(istio_requests_total{destination_service=~"{{args.service-name}}",response_code!~"5.*"}[5m]))
          /
          sum(rate(istio_requests_total{destination_service=~"{{args.service-name}}"}[5m]))`)
  expect(rulesIn(template)).toEqual([])
})

test('errors of an ingress controller against a threshold that is an argument', () => {
  const template = document(`args:
  - { name: ingress }
  - { name: max-errors, value: "0.05" }
  - { name: window, value: 20s }
metrics:
  - name: error-rate
    interval: 30s
    count: 10
    failureLimit: 2
    failureCondition: result[0] > {{args.max-errors}}
    provider:
      prometheus:
        query: |
          sum(rate(nginx_ingress_controller_requests{ingress="{{args.ingress}}",status=~"5.."}[{{args.window}}]))
            / sum(rate(nginx_ingress_controller_requests{ingress="{{args.ingress}}"}[{{args.window}}]))
            or on() vector(0)`)
  expect(rulesIn(template)).toEqual(['ratio-without-guard', 'range-too-short', 'range-too-short'])
})

test('a latency from a histogram, as one number', () => {
  const template = document(`metrics:
  - name: p99
    count: 1
    successCondition: result < 0.5
    provider:
      prometheus:
        query: scalar(histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))))`)
  expect(rulesIn(template)).toEqual(['ratio-without-guard'])
  expect(rulesIn(template.replace('result < 0.5', 'result < 0.5 && !isNaN(result)'))).toEqual([])
  expect(rulesIn(template.replace('result < 0.5', 'result[0] < 0.5'))).toEqual(['condition'])
  expect(rulesIn(template.replace('by (le)', 'by (job)'))).toEqual(['ratio-without-guard', 'quantile-without-le'])
})

test('every value of a range query below a bound', () => {
  const template = document(`args: [{ name: lookback, value: 5m }]
metrics:
  - name: latency
    successCondition: "all(result, # < 1000)"
    provider:
      prometheus:
        query: http_latency_ms
        rangeQuery: { start: 'now() - duration("{{args.lookback}}")', end: now(), step: 1m }`)
  expect(rulesIn(template)).toEqual(['empty-result'])
})

test('a job and a web hook, which only a cluster can measure, are checked for what they share with the rest', () => {
  const template = document(`args: [{ name: host }]
metrics:
  - name: smoke
    count: 3
    provider: { job: { spec: { template: { spec: { containers: [{ name: a, image: "{{args.image}}" }] } } } } }
  - name: hook
    interval: 1d
    count: 2
    successCondition: result.ok
    provider: { web: { url: "https://{{args.host}}", jsonPath: "{$.data}" } }`)
  expect(rulesIn(template)).toEqual(['invalid-metric', 'undeclared-argument', 'duration'])
})

test('each rule is one file, has its own name, and says what it finds', () => {
  const shared = ['index.ts', 'metric-rules.ts', 'paths.ts', 'samples.ts', 'texts.ts']
  const files = readdirSync(new URL('../../../rollouts/lint/rules', import.meta.url)).filter(
    file => !shared.includes(file),
  )
  const reading = ['invalid-yaml', 'invalid-template', 'ignore-comment']
  const ids = ruleTable.map(({ id }) => id)
  expect(
    ids
      .filter(id => !reading.includes(id))
      .map(id => `${id}.ts`)
      .sort(),
  ).toEqual(files.sort())
  expect(ruleTable.filter(({ about }) => about === '' || about.endsWith('.'))).toEqual([])
})
