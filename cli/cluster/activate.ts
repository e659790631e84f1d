import { activateCluster } from '../../steps/fleet/index.ts'
import { change, changeOptions } from '../change.ts'
import { command } from '../command.ts'

/** `stovepipe cluster activate`: a cluster joins the fleet. */
export const clusterActivate = command({
  name: 'cluster activate',
  summary: 'Lets a cluster join: released to, seen healthy, then active and given its share of the traffic',
  usage: 'NAME [options]',
  description:
    'Its state becomes joining. The next `stovepipe promote` of each app brings what the fleet has, sees it healthy, ' +
    'and makes it active; only then does the load balancer give it traffic.',
  options: changeOptions,
  positionals: { min: 1, max: 1 },
  run: (values, [name = ''], context) =>
    change(name, values, context, (tree, decision) => activateCluster(tree, name, decision)),
})
