import { z } from 'zod'
import { readDocument, validate } from '../../configuration/index.ts'

/** What a cluster's folder asks for. `folder` is the Git tree it was read from: equal ids mean equal wishes. */
export type Desired = {
  folder: string
  image: { repository: string; tag: string; digest: string }
  replicas: number
  env: Readonly<Record<string, string>>
}

const kustomization = z.looseObject({
  resources: z.array(z.string()),
  images: z
    .array(z.looseObject({ name: z.string(), newName: z.string(), newTag: z.string(), digest: z.string() }))
    .default([]),
  configMapGenerator: z
    .array(z.looseObject({ name: z.string(), literals: z.array(z.string()).default([]) }))
    .default([]),
})

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  envFrom: z.array(z.looseObject({ configMapRef: z.looseObject({ name: z.string() }) })).default([]),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
})

const statefulSet = z.looseObject({
  kind: z.literal('StatefulSet'),
  spec: z.looseObject({
    replicas: z.number().int().nonnegative(),
    template: z.looseObject({ spec: z.looseObject({ containers: z.tuple([container]) }) }),
  }),
})

/**
 * Renders the little of kustomize that the demo's app uses: a StatefulSet from the folder's copy of `base/`, its image
 * replaced as `images` says, its variables from `env` and from the ConfigMaps that are generated beside it. `read`
 * gives the text of a file in the folder. Throws a ConfigurationError for anything else than that.
 */
export function readDesired(folder: string, read: (file: string) => string): Desired {
  const parse = <T>(file: string, schema: z.ZodType<T>) => validate(readDocument(read(file), file), schema)
  const { resources, images, configMapGenerator } = parse('kustomization.yaml', kustomization)
  const workload = resources
    .flatMap(base => parse(`${base}/kustomization.yaml`, kustomization).resources.map(file => `${base}/${file}`))
    .find(file => file.endsWith('statefulset.yaml'))
  if (workload === undefined) throw new Error('the folder holds no StatefulSet')
  const { spec } = parse(workload, statefulSet)
  const [{ image, env, envFrom }] = spec.template.spec.containers
  const pin = images.find(({ name }) => name === image)
  if (!pin) throw new Error(`no entry of images replaces ${image}`)
  const generated = envFrom.flatMap(
    ({ configMapRef }) => configMapGenerator.find(({ name }) => name === configMapRef.name)?.literals ?? [],
  )
  return {
    folder,
    image: { repository: pin.newName, tag: pin.newTag, digest: pin.digest },
    replicas: spec.replicas,
    env: Object.fromEntries([
      ...generated.map(split),
      ...env.map(({ name, value }): [string, string] => [name, value]),
    ]),
  }
}

function split(literal: string): [string, string] {
  const equals = literal.indexOf('=')
  return [literal.slice(0, equals), literal.slice(equals + 1)]
}
