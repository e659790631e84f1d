import { ConfigurationError, parseDuration } from '../../configuration/index.ts'
import { inRepository, sameLabel } from '../../github/index.ts'
import { parseImageReference } from '../../images/index.ts'
import { type ObserverChoice, type ObserverInputs, parseObserver } from '../promote/index.ts'
import { checkPreviewApp, mostNumber } from './name.ts'
import { readyLabel } from './standing.ts'
import { parseUrl, type UrlOf } from './url.ts'

/** The inputs as they come from a workflow: text, empty where nothing was given. */
export type PreviewInputs = ObserverInputs & {
  mode: string
  app: string
  repository: string
  number: string
  head: string
  image: string
  built: string
  started: string
  url: string
  label: string
  limit: string
  lifetime: string
  wait: string
  'comment-author': string
}

/** What holds for every pull request. */
export type PreviewSettings = {
  app: string
  /** The application's repository, `owner/name`. */
  repository: string
  /** The label by which a person asks for a preview; empty where every pull request gets one. */
  label: string
  /** How many previews may live at once. */
  limit: number
  /** Milliseconds after which a preview is taken away. */
  lifetime: number
  /** The login that the token's comments are written by. */
  author: string
  urlOf?: UrlOf
}

/** What became of the build, of which commit. */
export type Built = {
  head: string
  result: 'success' | 'failure' | 'cancelled' | 'skipped'
  /** Pushed, `repository:tag@digest`; empty unless it is a success. */
  image: string
  /** When this began, milliseconds. */
  started?: number
}

/** Where Argo CD is asked, and for how many milliseconds at most. */
export type Watch = { choice: Exclude<ObserverChoice, { kind: 'prometheus' }>; wait: number }

export type PreviewRequest = PreviewSettings &
  (
    | { mode: 'begin' | 'close'; number: number }
    | { mode: 'ready'; number: number; built: Built; watch?: Watch }
    | { mode: 'expire' }
  )

/** Checks the inputs. Throws a ConfigurationError that names the input, its value and the cure. */
export function parsePreviewInputs(inputs: PreviewInputs): PreviewRequest {
  const { app, repository } = inputs
  checkPreviewApp(app)
  inRepository(repository)
  const settings: PreviewSettings = {
    app,
    repository,
    label: parseLabel(inputs.label),
    limit: parseCount('limit', inputs.limit || '10', 1000),
    lifetime: parseTime('lifetime', inputs.lifetime || '168h'),
    author: parseAuthor(inputs['comment-author'] || 'github-actions[bot]'),
    ...(inputs.url !== '' && { urlOf: parseUrl(inputs.url, app) }),
  }
  switch (inputs.mode) {
    case 'expire':
      return { ...settings, mode: 'expire' }
    case 'begin':
    case 'close':
      return { ...settings, mode: inputs.mode, number: parseCount('number', inputs.number, mostNumber) }
    case 'ready': {
      const watch = parseWatch(inputs)
      return {
        ...settings,
        mode: 'ready',
        number: parseCount('number', inputs.number, mostNumber),
        built: parseBuilt(inputs),
        ...(watch && { watch }),
      }
    }
    default:
      return fail('mode', 'there is no such mode', inputs.mode, 'Write begin, ready, close or expire')
  }
}

function parseBuilt({ head, built, image, started }: PreviewInputs): Built {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(head)) {
    fail(
      'head',
      'not the whole id of a commit',
      head,
      'Give the commit that was built, such as the output head of begin',
    )
  }
  const result = (['success', 'failure', 'cancelled', 'skipped'] as const).find(known => known === (built || 'success'))
  if (!result) return fail('built', 'not the result of a job', built, 'Write success, failure, cancelled or skipped')
  const began = Date.parse(started)
  if (started !== '' && Number.isNaN(began))
    fail('started', 'not a time', started, 'Pass the output `started` of begin')
  if (result === 'success') checkImage(image, head)
  return { head, result, image: result === 'success' ? image : '', ...(started !== '' && { started: began }) }
}

/** The ApplicationSet knows nothing of an image but the head commit: under another tag it would never be found. */
function checkImage(image: string, head: string): void {
  const { tag, digest } = parseImageReference(image, { input: 'image' })
  const expected = `sha-${head.slice(0, 12)}`
  if (tag === expected && digest !== undefined) return
  fail(
    'image',
    digest === undefined ? 'the image was not pushed: it has no digest' : `its tag is not ${expected}, the head's`,
    image,
    'Check out the head commit, not the merge commit, and leave the tag of build-image as it is',
  )
}

function parseWatch(inputs: PreviewInputs): Watch | undefined {
  const { observer } = inputs
  if (observer === 'prometheus') fail('observer', 'no observer of previews', observer, 'Use argocd or kubernetes')
  const choice = parseObserver(inputs)
  return choice.kind === 'prometheus' ? undefined : { choice, wait: parseTime('wait', inputs.wait || '10m') }
}

function parseLabel(label: string): string {
  if (label.length > 50 || /[,\p{C}]/u.test(label) || label !== label.trim()) {
    fail('label', 'not a label: at most 50 characters, no comma', label, 'Write preview, for example')
  }
  if (!sameLabel(label, readyLabel)) return label
  return fail('label', 'this label is set by the build alone', label, 'Choose another for people to ask with')
}

function parseAuthor(author: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/.test(author)) return author
  return fail('comment-author', 'not a login', author, 'Write it as GitHub shows it, such as my-app[bot]')
}

function parseCount(input: string, text: string, most: number): number {
  const count = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.NaN
  if (count <= most) return count
  const cure = input === 'number' ? 'Run it on `pull_request`, or give the number of one' : 'Write a whole number'
  return fail(input, `not a number from 1 to ${most}`, text, cure)
}

function parseTime(input: string, text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 0) return ms
  return fail(input, 'not a duration', text, 'Write it as 10m or 168h; days are not a unit')
}

function fail(input: string, problem: string, value: string, cure: string): never {
  throw new ConfigurationError({ problem, place: { input }, value, cure })
}
