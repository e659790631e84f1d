import { ConfigurationError, required } from '../../configuration/index.ts'
import { addApp, type Kind, kinds, templateTree } from '../../steps/scaffold/index.ts'
import { change, changeOptions } from '../change.ts'
import { command } from '../command.ts'

/** `stovepipe app add`: one more app, of which nothing runs yet. */
export const appAdd = command({
  name: 'app add',
  summary: 'Adds an app: pipeline, base and a folder for each cluster, like one of the template or of the repository',
  usage: 'NAME --image REPOSITORY [--kind KIND | --from APP] [options]',
  description:
    'Names are replaced, everything else is copied as it stands. The pins are empty, so nothing is deployed before its ' +
    'first `stovepipe promote`. The AppProject lets the app into its namespace. With --preview, pull requests of its ' +
    'repository on GitHub get previews: the list in applicationsets/ and a folder in platform/previews/.',
  options: {
    ...changeOptions,
    image: { type: 'string', value: 'REPOSITORY', description: 'Its image, without tag' },
    source: { type: 'string', value: 'URL', description: 'The Git repository it is built from' },
    kind: {
      type: 'string',
      value: 'KIND',
      description: 'statefulset or rollout, from the template; statefulset by default',
    },
    from: { type: 'string', value: 'APP', description: 'An app of the repository to copy instead' },
    preview: { type: 'boolean', description: 'Previews of its pull requests too' },
  },
  positionals: { min: 1, max: 1 },
  run(values, [app = ''], context) {
    const { source, from } = values
    const cure = 'Give the repository of its image, such as ghcr.io/acme/shop'
    const image = required(values.image, { input: '--image' }, cure)
    if (from !== undefined && values.kind !== undefined) {
      throw new ConfigurationError({ problem: '--kind and --from', cure: 'Keep one of them' })
    }
    const kind = kindNamed(values.kind ?? 'statefulset')
    return change(app, values, context, (tree, decision) => {
      const like = from === undefined ? { app: kinds[kind], tree: templateTree() } : { app: from, tree }
      const preview = values.preview === true
      return addApp(tree, { app, image, ...(source !== undefined && { source }), like, preview }, decision)
    })
  },
})

function kindNamed(text: string): Kind {
  if (text === 'statefulset' || text === 'rollout') return text
  throw new ConfigurationError({
    problem: 'there is no such kind',
    place: { input: '--kind' },
    value: text,
    cure: 'Write statefulset or rollout',
  })
}
