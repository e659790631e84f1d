import { ConfigurationError } from '../../configuration/index.ts'
import { parseImageReference } from '../../images/index.ts'
import { type BuilderName, builderNames } from './builder.ts'
import { parseCaches, parsePlatforms, parseProvenance, parseSbom } from './options.ts'
import { dockerfile, inside, type Workspace } from './paths.ts'
import { type BuildSecret, parseSecrets } from './secrets.ts'

/** The inputs as they come from a workflow or a command line: text, empty where nothing was given. */
export type BuildInputs = {
  image: string
  context: string
  file: string
  target: string
  platforms: string
  'build-args': string
  labels: string
  secrets: string
  'cache-from': string
  'cache-to': string
  sbom: string
  provenance: string
  tag: string
  push: string
  skip: string
  attested: string
  builder: string
}

/** What is to be built, every value checked. Paths are absolute and exist. */
export type BuildRequest = {
  /** Registry and path, without tag and digest. */
  repository: string
  context: string
  file: string
  target?: string
  /** None: the builder's own. */
  platforms: readonly string[]
  buildArgs: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  secrets: readonly BuildSecret[]
  cacheFrom: readonly string[]
  cacheTo: readonly string[]
  /** `true` or `generator=<image>`; undefined for none. */
  sbom?: string
  provenance?: 'min' | 'max'
  /** Undefined: named after the commit. */
  tag?: string
  push: boolean
  /** Whether an image with the same content may be taken instead of building one. */
  skip: boolean
  /** Whether only an image is taken that its registry has an attestation of. */
  attested: boolean
  /** Undefined: the first that works. */
  builder?: BuilderName
}

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export async function parseBuildInputs(inputs: BuildInputs, workspace: Workspace): Promise<BuildRequest> {
  const repository = repositoryIn(inputs.image)
  const target = optional('target', inputs.target, /^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a stage of the Dockerfile')
  const tag = optional(
    'tag',
    inputs.tag,
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    'a tag: at most 128 of A-Z a-z 0-9 _ . -',
  )
  const builder = builderIn(inputs.builder)
  const buildArgs = pairs('build-args', inputs['build-args'], /^[A-Za-z_][A-Za-z0-9_]*$/)
  const labels = pairs('labels', inputs.labels, /^[A-Za-z0-9][A-Za-z0-9._/-]*$/)
  const sbom = parseSbom(inputs.sbom)
  const provenance = parseProvenance(inputs.provenance)
  const context = await inside(workspace, 'context', inputs.context || '.', 'folder')
  const file = await dockerfile(workspace, context, inputs.file)
  return {
    repository,
    context,
    file,
    ...(target !== undefined && { target }),
    platforms: parsePlatforms(inputs.platforms),
    buildArgs,
    labels,
    secrets: await parseSecrets(inputs.secrets, workspace),
    cacheFrom: parseCaches('cache-from', inputs['cache-from']),
    cacheTo: parseCaches('cache-to', inputs['cache-to']),
    ...(sbom !== undefined && { sbom }),
    ...(provenance !== undefined && { provenance }),
    ...(tag !== undefined && { tag }),
    push: booleanIn('push', inputs.push),
    skip: booleanIn('skip', inputs.skip),
    attested: booleanIn('attested', inputs.attested),
    ...(builder !== undefined && { builder }),
  }
}

function repositoryIn(text: string): string {
  const place = { input: 'image' }
  const { repository, tag, digest } = parseImageReference(text, place)
  if (tag === undefined && digest === undefined) return repository
  throw new ConfigurationError({
    problem: 'the image is named without tag and digest: those are what this step makes',
    place,
    value: text,
    cure: `Write ${repository}, and the tag, if it must be another than the commit's, in \`tag\``,
  })
}

function builderIn(text: string): BuilderName | undefined {
  if (text === '') return undefined
  const found = builderNames.find(name => name === text)
  if (found) return found
  throw new ConfigurationError({
    problem: 'no such builder',
    place: { input: 'builder' },
    value: text,
    cure: `Write one of ${builderNames.join(', ')}, or leave it out`,
  })
}

function booleanIn(name: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw new ConfigurationError({ problem: 'not true or false', place: { input: name }, value: text })
}

function optional(name: string, value: string, pattern: RegExp, meaning: string): string | undefined {
  if (value === '') return undefined
  if (pattern.test(value)) return value
  throw new ConfigurationError({ problem: `not ${meaning}`, place: { input: name }, value })
}

/** Reads lines of `NAME=VALUE`; blank lines are skipped, and everything after the first `=` is the value. */
function pairs(input: string, text: string, pattern: RegExp): Record<string, string> {
  const found = new Map<string, string>()
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === '') continue
    const equals = line.indexOf('=')
    const name = (equals < 0 ? line : line.slice(0, equals)).trim()
    const fail = (problem: string, cure: string): never => {
      throw new ConfigurationError({ problem: `line ${index + 1}: ${problem}`, place: { input }, value: name, cure })
    }
    if (equals < 0) fail('there is no `=`', 'Write one NAME=VALUE on each line')
    if (!pattern.test(name)) fail('not a valid name', 'Write one NAME=VALUE on each line')
    if (found.has(name)) fail('this name is there twice', 'Keep one of them')
    found.set(name, line.slice(equals + 1))
  }
  return Object.fromEntries(found)
}
