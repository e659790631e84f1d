import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { dispatchCommand } from '../../../cli/dispatch/index.ts'
import { type Answering, answering } from '../../actions/answering.ts'
import { terminal } from '../terminal.ts'

const path = '/repos/acme/gitops/actions/workflows/promote.yml/dispatches'
const run = { workflow_run_id: 7, run_url: 'https://api.github.example/r/7', html_url: 'https://github.example/r/7' }
const words = ['--repository', 'acme/gitops', '--inputs', 'app=coolkit', '--inputs', 'image=coolkit:v1']

let github: Answering
beforeEach(async () => {
  github = await answering({ [`POST ${path}`]: { status: 200, body: run } })
})
afterEach(() => github.close())

const io = (token = 'ghs_secretsecret') => terminal({ env: { GITHUB_API_URL: github.url, STOVEPIPE_TOKEN: token } })

test('starts the promotion with the inputs that the flags give, and prints where it runs', async () => {
  const screen = io()
  expect(await dispatchCommand.execute(words, screen)).toBe(0)
  expect(github.requests).toMatchObject([
    { path, authorization: 'Bearer ghs_secretsecret', body: { inputs: { app: 'coolkit', image: 'coolkit:v1' } } },
  ])
  expect(screen.printed()).toBe('started promote.yml in acme/gitops on main: https://github.example/r/7\n')
  const json = io()
  await dispatchCommand.execute([...words, '--json'], json)
  expect(JSON.parse(json.printed())).toMatchObject({ run: 7, repository: 'acme/gitops' })
})

test('without a token nothing is sent, and the variable that wants one is named', async () => {
  await expect(dispatchCommand.execute(words, io(''))).rejects.toThrow('STOVEPIPE_TOKEN')
  expect(github.requests).toEqual([])
})
