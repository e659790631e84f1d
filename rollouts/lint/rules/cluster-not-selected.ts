import { isConfinedToCluster } from '../../promql/index.ts'
import type { Rule } from '../rule.ts'
import { queryPath } from './paths.ts'

export const clusterNotSelected: Rule = {
  id: 'cluster-not-selected',
  severity: 'warning',
  scope: 'metric',
  about:
    'A query that leaves `{{args.cluster}}` out of a selector although the template declares it: other clusters’ traffic hides this one’s, and a gate refuses it',
  *check({ query, metric, declared }) {
    if (!declared.has('cluster') || query?.kind !== 'read') return
    if (isConfinedToCluster(metric.provider.prometheus?.query ?? '')) return
    yield {
      path: queryPath,
      problem:
        'not every selector of the query has {{args.cluster}}: it also reads other clusters’ series, and a gate refuses it',
      cure: 'Write cluster="{{args.cluster}}" in each of them',
    }
  },
}
