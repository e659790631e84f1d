import { tmpdir } from 'node:os'
import { parse } from 'node:path'
import { findCredentials } from '../../images/index.ts'
import { build, parseBuildInputs } from '../../steps/build/index.ts'
import { command } from '../command.ts'
import { exitCodes } from '../exit.ts'

/** `stovepipe build`: what the action `build-image` does, from a terminal. */
export const buildCommand = command({
  name: 'build',
  summary: 'Builds an image from a checkout, names it after its commit, pushes it, prints it with its digest',
  usage: '--image REPOSITORY [options]',
  options: {
    image: { type: 'string', value: 'REPOSITORY', description: 'Where it goes: registry and path, without a tag' },
    context: { type: 'string', value: 'FOLDER', default: '.', description: 'Folder to build from, in a checkout' },
    file: { type: 'string', value: 'PATH', description: "The Dockerfile; the context's own when left out" },
    target: { type: 'string', value: 'STAGE', description: 'Stage of the Dockerfile to build' },
    platforms: { type: 'string', value: 'LIST', description: 'Platforms, such as linux/amd64,linux/arm64' },
    'build-args': { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'A build argument' },
    labels: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'One more label' },
    secrets: {
      type: 'string',
      value: 'id=…,env=…',
      multiple: true,
      description: 'A secret for the build: id=NAME,env=VARIABLE or id=NAME,src=FILE',
    },
    'cache-from': { type: 'string', value: 'CACHE', multiple: true, description: 'Cache to read, such as type=gha' },
    'cache-to': { type: 'string', value: 'CACHE', multiple: true, description: 'Cache to write' },
    sbom: { type: 'string', value: 'SETTING', description: 'List the contents beside it: true or generator=IMAGE' },
    provenance: { type: 'string', value: 'MODE', description: 'Put provenance beside it: min or max' },
    tag: { type: 'string', value: 'TAG', description: 'The tag; sha- and 12 digits of the commit when left out' },
    push: { type: 'string', value: 'BOOLEAN', default: 'true', description: 'Whether to push' },
    skip: { type: 'string', value: 'BOOLEAN', default: 'true', description: 'Whether one of the same content will do' },
    attested: { type: 'string', value: 'BOOLEAN', default: 'false', description: 'Whether only if it is attested' },
    builder: { type: 'string', value: 'NAME', description: 'buildx, docker or buildah; the first that works' },
  },
  async run(values, _positionals, context) {
    const { cwd, env, run, stdout } = context
    const inputs = {
      image: values.image ?? '',
      context: values.context,
      file: values.file ?? '',
      target: values.target ?? '',
      platforms: values.platforms ?? '',
      'build-args': (values['build-args'] ?? []).join('\n'),
      labels: (values.labels ?? []).join('\n'),
      secrets: (values.secrets ?? []).join('\n'),
      'cache-from': (values['cache-from'] ?? []).join('\n'),
      'cache-to': (values['cache-to'] ?? []).join('\n'),
      sbom: values.sbom ?? '',
      provenance: values.provenance ?? '',
      tag: values.tag ?? '',
      push: values.push,
      skip: values.skip,
      attested: values.attested,
      builder: values.builder ?? '',
    }
    // Whoever types this may read every file it could name: only a workflow's inputs are kept within a folder.
    const request = await parseBuildInputs(inputs, { base: cwd, within: parse(cwd).root })
    const outcome = await build(request, {
      ...context,
      temporary: tmpdir(),
      credentials: registry => findCredentials(registry, { env, run }),
    })
    stdout.write(values.json ? `${JSON.stringify(outcome, null, 2)}\n` : `${outcome.image}\n`)
    return exitCodes.done
  },
})
