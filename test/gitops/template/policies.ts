import { type ApplicationSet, leavesOf, sourcesOf } from './application-set.ts'

const ownRepository = 'https://github.com/acme/gitops.git'

/** A rule that holds for an ApplicationSet or does not. */
export type Policy = { name: string; holds(set: ApplicationSet): boolean }

/** What holds for every ApplicationSet of the template. */
export const policies: readonly Policy[] = [
  {
    name: 'a key that is missing stops the set',
    holds: ({ spec }) => spec.goTemplate === true && spec.goTemplateOptions.includes('missingkey=error'),
  },
  {
    name: 'a cluster’s state selects nothing and reaches no template',
    holds: set => !/\bstate\b/.test(JSON.stringify([set.spec.generators, set.spec.template])),
  },
  { name: 'the project is fixed', holds: ({ spec }) => !spec.template.spec.project.includes('{{') },
  {
    name: 'no patch of text, in which a value could write keys',
    holds: ({ spec }) => spec.templatePatch === undefined,
  },
  { name: 'waves are the kit’s, not RollingSync’s', holds: ({ spec }) => spec.strategy === undefined },
  {
    name: 'a commit elsewhere renders nothing anew',
    holds: ({ spec }) => Boolean(spec.template.metadata.annotations['argocd.argoproj.io/manifest-generate-paths']),
  },
  {
    name: 'this repository’s main branch is named in full',
    holds: set =>
      leavesOf(set).every(({ git }) => !git || git.revision === 'refs/heads/main') &&
      sourcesOf(set).every(
        ({ repoURL, targetRevision }) => repoURL !== ownRepository || targetRevision === 'refs/heads/main',
      ),
  },
  {
    name: 'generators read this repository alone',
    holds: set => leavesOf(set).every(({ git }) => !git || git.repoURL === ownRepository),
  },
  {
    name: 'a repository that is not found is no list of no pull requests',
    holds: set => leavesOf(set).every(({ pullRequest }) => !pullRequest?.continueOnRepoNotFoundError),
  },
  {
    name: 'an empty rendering prunes nothing',
    holds: ({ spec }) => spec.template.spec.syncPolicy.automated.allowEmpty !== true,
  },
  {
    name: 'retries go on, with the newest commit',
    holds: ({ spec: { template } }) =>
      template.spec.syncPolicy.retry.limit < 0 && template.spec.syncPolicy.retry.refresh === true,
  },
  { name: 'Applications live where Argo CD looks for them', holds: ({ metadata }) => metadata.namespace === 'argocd' },
]

/** What holds for a set whose Applications run what people depend on. */
export const safekeeping: readonly Policy[] = [
  {
    name: 'Applications are created and updated, never deleted',
    holds: ({ spec }) => spec.syncPolicy.applicationsSync === 'create-update',
  },
  {
    name: 'deleting an Application deletes nothing it runs',
    holds: ({ spec }) => spec.syncPolicy.preserveResourcesOnDeletion === true,
  },
  {
    name: 'a set that goes lets go of its Applications first',
    holds: ({ metadata }) => metadata.finalizers.includes('resources-finalizer.argocd.argoproj.io'),
  },
  {
    name: 'cluster, environment and role are labels',
    holds: ({ spec }) =>
      ['cluster', 'environment', 'role'].every(key => spec.template.metadata.labels[`stovepipe.dev/${key}`]),
  },
]
