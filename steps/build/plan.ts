import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isLoopback, splitRepository } from '../../images/index.ts'
import type { BuildPlan } from './builder.ts'
import type { Commit } from './commit.ts'
import type { BuildRequest } from './request.ts'

/** What the builder is to do, for one commit. `pull`: see the plan. */
export function planOf(
  request: BuildRequest,
  about: { tag: string; labels: BuildPlan['labels']; commit: Commit; pull: boolean },
): BuildPlan {
  const {
    repository,
    tag: _tag,
    labels: _labels,
    skip: _skip,
    attested: _attested,
    builder: _builder,
    ...rest
  } = request
  const { registry, path } = splitRepository(repository)
  return {
    ...rest,
    reference: `${registry}/${path}:${about.tag}`,
    labels: about.labels,
    epoch: about.commit.time,
    pull: about.pull,
    ...(isLoopback(registry) && { insecure: registry }),
  }
}

/** Gives `work` an empty folder below `temporary`, and removes it afterwards. */
export async function inFolder<Result>(temporary: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(temporary, 'stovepipe-build-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
