import type { Cluster, Fleet } from '../../gitops/fleet/index.ts'
import { renameWord } from '../../gitops/promotion/index.ts'
import type { Change, Tree } from '../../gitops/repository/index.ts'

/**
 * What the platform's components say of each cluster, for one more: `platform/<component>/clusters/<cluster>.yaml` like
 * that of a cluster of its role, with its name, and where there is an `id` with one that no other has.
 */
export function platformFiles(tree: Tree, cluster: Cluster, { clusters }: Pick<Fleet, 'clusters'>): Change[] {
  return tree.list('platform').flatMap(({ name: component }): Change[] => {
    const folder = `platform/${component}/clusters`
    const path = `${folder}/${cluster.name}.yaml`
    const like = clusters.find(
      ({ name, role }) => role === cluster.role && tree.id(`${folder}/${name}.yaml`) !== undefined,
    )
    const text = like && tree.read(`${folder}/${like.name}.yaml`)
    if (!like || text === undefined || tree.id(path) !== undefined) return []
    const taken = tree.list(folder).map(({ name }) => idIn(tree.read(`${folder}/${name}`) ?? ''))
    const numbered = text.replace(id, () => `id: ${Math.max(...taken) + 1}`)
    return [{ path, text: renameWord(numbered, like.name, cluster.name) }]
  })
}

const id = /\bid: (\d+)/

function idIn(text: string): number {
  return Number(id.exec(text)?.[1] ?? 0)
}
