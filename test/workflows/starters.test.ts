import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { z } from 'zod'
import { permissionsOf, readProperties } from '../../scripts/docs/workflow.ts'
import { callable, jobsOf, parsed, reusable, root } from './parsed.ts'

const starters = parsed.filter(({ file }) => file.startsWith('workflows/'))

test('there are the reusable workflows, and a starter and a page for each that people call', () => {
  expect(callable).toEqual(expect.arrayContaining(['cluster', 'promote', 'release', 'rollback', 'traffic']))
  expect([...reusable.keys()].filter(name => !callable.includes(name))).toEqual(['promote-app'])
  expect(starters.map(({ file }) => file)).toEqual(callable.map(name => `workflows/${name}.yml`))
})

test.each(starters)('$file grants what the workflow that it calls asks for, and nothing else', ({ jobs }) => {
  for (const { uses = '', permissions } of Object.values(jobs)) {
    const name = /\/([\w-]+)\.yml@/.exec(uses)?.[1] ?? ''
    expect(permissions).toEqual(permissionsOf(name, reusable))
  }
})

test('the permissions of a workflow are those of its parts as well', () => {
  expect(permissionsOf('promote', reusable)).toMatchObject({ actions: 'read', contents: 'write' })
  expect(jobsOf('promote').app?.permissions).toEqual(permissionsOf('promote-app', reusable))
})

test('traffic is routed after the workflows that change states, by the names that their starters have', () => {
  const { on } = z
    .object({
      on: z.object({ workflow_run: z.object({ workflows: z.array(z.string()), types: z.array(z.string()) }) }),
    })
    .parse(load(readFileSync(`${root}/workflows/traffic.yml`, 'utf8')))
  const named = (file: string) => /^name: (.*)$/m.exec(readFileSync(`${root}/workflows/${file}`, 'utf8'))?.[1]
  expect(on.workflow_run).toEqual({ workflows: [named('cluster.yml'), named('promote.yml')], types: ['completed'] })
})

test.each(starters)('$file is short enough to copy', ({ text }) => {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'))
  expect(lines.length).toBeLessThanOrEqual(22)
})

test.each(['preview', 'release'])("the example's %s.yml is the starter, under a comment of its own", name => {
  const without = (text: string) => text.replace(/^(#.*\n)+/, '')
  const example = readFileSync(`${root}/examples/coolkit/.github/workflows/${name}.yml`, 'utf8')
  expect(without(example)).toBe(without(readFileSync(`${root}/workflows/${name}.yml`, 'utf8')))
})

test.each(callable)("the starter %s has properties as GitHub's template chooser wants them", name => {
  const { iconName, categories, filePatterns = [] } = readProperties(root).get(name) ?? { iconName: '', categories: [] }
  expect(iconName).toMatch(/^octicon [a-z-]+$/)
  // The first category puts it on a shelf: github.com/actions/starter-workflows, README, "Categories".
  expect(['Deployment', 'Continuous integration']).toContain(categories[0])
  for (const pattern of filePatterns) expect(() => new RegExp(pattern)).not.toThrow()
})

test.each([
  ['release', 'Dockerfile', 'fleet.yaml'],
  ['promote', 'fleet.yaml', 'Dockerfile'],
  ['rollback', 'fleet.yaml', 'Dockerfile'],
  ['cluster', 'fleet.yaml', 'Dockerfile'],
  ['traffic', 'fleet.yaml', 'Dockerfile'],
])('the starter %s is offered beside a %s, and not beside a %s', (name, there, elsewhere) => {
  const patterns = (readProperties(root).get(name)?.filePatterns ?? []).map(pattern => new RegExp(pattern))
  expect(patterns.some(pattern => pattern.test(there))).toBe(true)
  expect(patterns.some(pattern => pattern.test(elsewhere))).toBe(false)
})
