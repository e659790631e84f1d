import { load } from 'js-yaml'
import { templateFiles } from '../../support/template.ts'

/** The files of the template. */
export const files = templateFiles()

/** An ApplicationSet of the template, after edits of its text. */
export function setOf(name: string, edit: (text: string) => string = text => text): unknown {
  return load(edit(files[`applicationsets/${name}.yaml`] ?? ''))
}

/** A cluster file. */
export function clusterFile(name: string, { role = '', state = 'active', environment = 'prod' } = {}): string {
  return [
    'apiVersion: stovepipe.dev/v1alpha1',
    'kind: Cluster',
    `metadata: { name: ${name}, labels: { environment: ${environment} } }`,
    `spec: { ${role === '' ? '' : `role: ${role}, `}state: ${state} }`,
  ].join('\n')
}

/** A repository with these clusters and, for each app, a folder on each of them. */
export function repositoryOf(
  apps: readonly string[],
  clusters: Readonly<Record<string, string>>,
): Record<string, string> {
  const folders = apps.flatMap(app => Object.keys(clusters).map(cluster => `apps/${app}/clusters/${cluster}`))
  return {
    ...Object.fromEntries(Object.entries(clusters).map(([name, text]) => [`clusters/${name}.yaml`, text])),
    ...Object.fromEntries(folders.map(folder => [`${folder}/kustomization.yaml`, 'resources: [base]\n'])),
  }
}
