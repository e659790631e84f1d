import { runAction } from '../shell/index.ts'
import { readInputs } from './inputs.ts'
import { thisRun } from './run.ts'

await runAction(process, {
  inputs: readInputs,
  secrets: inputs => [inputs.token],
  title: ({ command }) => (command === 'reviewer' ? 'who approved' : 'is an approval to be asked for'),
  async run({ token, ...inputs }, { env, ...host }) {
    // Loaded after the first line is out, so that the step starts at once.
    const { askOnce, parseApprovalInputs, reviewer } = await import('../../steps/approval/index.ts')
    const { openGitHub } = await import('../../github/index.ts')
    const { asking, reviewed } = await import('./report.ts')
    const { command, wish } = parseApprovalInputs(inputs)
    const run = thisRun(env)
    const github = openGitHub({ ...host, api: env.GITHUB_API_URL || 'https://api.github.com', token })
    return command === 'ask'
      ? asking(wish, () => askOnce(github, wish, run), host.log)
      : reviewed(wish, () => reviewer(github, wish, run), host.log)
  },
})
