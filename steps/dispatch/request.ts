import { ConfigurationError, pairs } from '../../configuration/index.ts'
import { type Dispatch, inRepository } from '../../github/index.ts'

/** The inputs as they come from a workflow: text, empty where nothing was given. */
export type DispatchInputs = {
  repository: string
  workflow: string
  ref: string
  inputs: string
  token: string
  'app-client-id': string
  'app-private-key': string
}

/** What is to be started, and as whom. */
export type DispatchRequest = {
  dispatch: Dispatch
  identity: { kind: 'token'; token: string } | { kind: 'app'; clientId: string; privateKey: string }
}

/** GitHub takes no more inputs than this (docs.github.com, "Create a workflow dispatch event"). */
const mostInputs = 25

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parseDispatchInputs(given: DispatchInputs): DispatchRequest {
  const { repository, workflow, ref } = given
  inRepository(repository)
  if (!/^[A-Za-z0-9._-]+\.ya?ml$/.test(workflow)) {
    throw new ConfigurationError({
      problem: 'not the file name of a workflow',
      place: { input: 'workflow' },
      value: workflow,
      cure: 'Write the file name alone, for example promote.yml',
    })
  }
  if (ref.trim() === '') {
    throw new ConfigurationError({
      problem: 'the branch is missing',
      place: { input: 'ref' },
      cure: 'Name the branch that the workflow runs on, for example main',
    })
  }
  const inputs = pairs(given.inputs, { input: 'inputs' })
  if (Object.keys(inputs).length > mostInputs) {
    throw new ConfigurationError({
      problem: `${Object.keys(inputs).length} inputs, and GitHub takes ${mostInputs} at most`,
      place: { input: 'inputs' },
      cure: 'Leave some out',
    })
  }
  return { dispatch: { repository, workflow, ref: ref.trim(), inputs }, identity: identityOf(given) }
}

/** An App before a token: whoever gives both has the token from the workflow's defaults. */
function identityOf(given: DispatchInputs): DispatchRequest['identity'] {
  const { token, 'app-client-id': clientId, 'app-private-key': privateKey } = given
  if (clientId !== '' && privateKey !== '') return { kind: 'app', clientId, privateKey }
  if (clientId !== '' || privateKey !== '') {
    throw new ConfigurationError({
      problem: clientId === '' ? "an App's private key without its client id" : "an App's client id without its key",
      place: { input: clientId === '' ? 'app-client-id' : 'app-private-key' },
      cure: 'Pass both; a secret that is not set here, or not for this event, arrives empty',
    })
  }
  if (token !== '') return { kind: 'token', token }
  throw new ConfigurationError({
    problem: `there is no token for ${given.repository}`,
    place: { input: 'token' },
    cure: 'Pass app-client-id with app-private-key, or a token that may write actions there (STOVEPIPE_TOKEN on the command line); the token of a workflow reaches its own repository alone',
  })
}
