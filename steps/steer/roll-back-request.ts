import { boolean, ConfigurationError, list, required } from '../../configuration/index.ts'
import { type ObserverChoice, type ObserverInputs, parseObserver } from '../promote/index.ts'

/** The inputs as they come from a workflow or a command line: text, empty where nothing was given. */
export type RollbackInputs = ObserverInputs & {
  app: string
  reason: string
  by: string
  to: string
  clusters: string
  quarantine: string
  watch: string
}

/** What a person wants back, every value checked that can be checked without the repository. */
export type RollbackRequest = {
  app: string
  reason: string
  by: string
  /** A tag, a digest or a name in `release.yaml`; what was there before, when left out. */
  to?: string
  /** Names, globs and `label=value` of clusters, united; everywhere, when left out. */
  clusters?: readonly string[]
  /** Refuses what goes from now on. */
  refuse: boolean
  /** What tells health, where the rollback is to be watched until it is healthy. */
  watch?: ObserverChoice
}

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parseRollbackInputs(inputs: RollbackInputs): RollbackRequest {
  const clusters = list(inputs.clusters)
  const refuse = boolean(inputs.quarantine || 'false', { input: 'quarantine' })
  if (inputs.clusters.trim() !== '' && clusters.length === 0) {
    throw new ConfigurationError({
      problem: 'no cluster is named',
      place: { input: 'clusters' },
      value: inputs.clusters,
      cure: 'Give names, globs such as prod-*, or label=value; leave it out for all',
    })
  }
  return {
    app: required(inputs.app, { input: 'app' }, 'Name a folder of apps/'),
    reason: required(inputs.reason, { input: 'reason' }, 'Say why: whoever reads the history next will want to know'),
    by: required(inputs.by, { input: 'by' }, 'Say who decides: it is recorded'),
    ...(inputs.to !== '' && { to: inputs.to }),
    ...(clusters.length > 0 && { clusters }),
    refuse,
    ...(boolean(inputs.watch || 'false', { input: 'watch' }) && { watch: parseObserver(inputs) }),
  }
}
