/** What a Dockerfile takes from outside the context's files. */
export type Ingredients = {
  /** References of the images that it builds on or copies from, its frontend included; each once. */
  images: readonly string[]
  /** Whether an instruction may take the whole context, and with it a `.git` folder. */
  takesAll: boolean
  /** What cannot be known before the build, in words. */
  unknown?: string
}

type Instruction = { name: string; flags: readonly string[]; words: readonly string[] }

/** Reads a Dockerfile (docs.docker.com/reference/dockerfile) as far as it says what goes into the image. */
export function ingredientsOf(text: string, buildArgs: Readonly<Record<string, string>>): Ingredients {
  const { syntax, instructions, doubtful } = parse(text)
  const frontend = buildArgs.BUILDKIT_SYNTAX || syntax
  const images = new Set<string>(frontend === undefined ? [] : [frontend])
  const stages = new Set<string>()
  const values = new Map<string, string>()
  let unknown = doubtful
  let takesAll = false
  let count = 0

  const take = (reference: string, named: boolean) => {
    const lower = reference.toLowerCase()
    if (lower === 'scratch' || stages.has(lower) || (named && /^\d+$/.test(reference))) return
    images.add(reference)
  }
  for (const instruction of instructions) {
    const { name, flags, words } = instruction
    if (name === 'ARG' && count === 0) declare(words, buildArgs, values)
    if (name === 'FROM') {
      const [image = '', as, stage] = words
      const reference = expand(image, values)
      if (reference === undefined) unknown ??= `FROM ${image} is known to the builder alone`
      else take(reference, false)
      if (as?.toLowerCase() === 'as' && stage !== undefined) stages.add(stage.toLowerCase())
      count += 1
    }
    for (const from of sourcesOf(instruction)) {
      if (from.includes('$')) unknown ??= `${name} takes from ${from}, which is known to the builder alone`
      else take(from, true)
    }
    takesAll ||= takesWhole(name, flags, words)
  }
  return { images: [...images].sort(), takesAll, ...(unknown !== undefined && { unknown }) }
}

/** An `ARG` before the first `FROM`: the build argument of that name, else its default. */
function declare(words: readonly string[], given: Readonly<Record<string, string>>, values: Map<string, string>): void {
  for (const word of words) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const otherwise = equals < 0 ? undefined : expand(unquote(word.slice(equals + 1)), values)
    const value = Object.hasOwn(given, name) ? given[name] : otherwise
    if (value !== undefined) values.set(name, value)
  }
}

/** Puts values in place of `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}`; undefined when one is not known. */
function expand(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const expanded = unquote(text).replace(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^{}$]*))?\})/g,
    (_, bare: string | undefined, braced: string | undefined, sign: string | undefined, word: string | undefined) => {
      const value = values.get(bare ?? braced ?? '')
      if (sign === '-') return value || (word ?? '')
      if (sign === '+') return value ? (word ?? '') : ''
      if (value === undefined) known = false
      return value ?? ''
    },
  )
  return known && !expanded.includes('$') ? expanded : undefined
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2')
}

/** The stages and images that an instruction copies or mounts from. */
function sourcesOf({ name, flags }: Instruction): string[] {
  if (name === 'COPY') return flags.flatMap(flag => /^--from=(.+)$/.exec(flag)?.[1] ?? [])
  return name === 'RUN' ? mounts(flags).flatMap(mount => mount.get('from') ?? []) : []
}

function mounts(flags: readonly string[]): Map<string, string>[] {
  return flags
    .filter(flag => flag.startsWith('--mount='))
    .map(flag => new Map(flag.slice('--mount='.length).split(',').map(option)))
}

function option(text: string): [string, string] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, ''] : [text.slice(0, equals), unquote(text.slice(equals + 1))]
}

function takesWhole(name: string, flags: readonly string[], words: readonly string[]): boolean {
  if (name === 'RUN') {
    return mounts(flags)
      .filter(mount => (mount.get('type') ?? 'bind') === 'bind' && !mount.has('from'))
      .some(mount => reachesGit(mount.get('source') ?? mount.get('src') ?? '.'))
  }
  if (name !== 'COPY' && name !== 'ADD') return false
  if (flags.some(flag => flag.startsWith('--from='))) return false
  return words.slice(0, -1).some(reachesGit)
}

/** Whether a path of the context is its root, is `.git`, or has a pattern or variable that may be. */
function reachesGit(source: string): boolean {
  const [first = ''] = unquote(source)
    .replace(/^(?:\.?\/+)+/, '')
    .split('/')
  return first === '' || first === '.' || first === '..' || first.startsWith('.git') || /[*?[\\$]/.test(first)
}

/**
 * Splits a Dockerfile into its instructions, with its parser directives `syntax` and `escape` read. `doubtful` is what
 * builders do not read alike: a line that ends in two escapes goes on for some, and ends there for BuildKit.
 */
function parse(text: string): { syntax?: string; instructions: Instruction[]; doubtful?: string } {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const directives = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined) break
    directives.set(name.toLowerCase(), value)
  }
  const mark = directives.get('escape') === '`' ? '`' : '\\\\'
  const continued = new RegExp(`${mark}[ \\t]*$`)
  const twice = new RegExp(`${mark}${mark}[ \\t]*$`)
  const instructions: Instruction[] = []
  let doubtful: string | undefined
  for (let at = 0; at < lines.length; at++) {
    let statement = lines[at] ?? ''
    if (/^\s*(?:#|$)/.test(statement)) continue
    while (continued.test(statement) && at + 1 < lines.length) {
      if (twice.test(statement))
        doubtful ??= `line ${at + 1} of the Dockerfile ends in two escapes, and may go on or not`
      const next = lines[++at] ?? ''
      if (!/^\s*(?:#|$)/.test(next)) statement = statement.replace(continued, ' ') + next
    }
    const instruction = instructionOf(statement)
    instructions.push(instruction)
    for (const word of heredocs(instruction)) {
      const end = lines.findIndex((line, index) => index > at && line.replace(/^\t+/, '') === word)
      if (end > 0) at = end
    }
  }
  const syntax = directives.get('syntax')
  return { ...(syntax !== undefined && { syntax }), instructions, ...(doubtful !== undefined && { doubtful }) }
}

function instructionOf(statement: string): Instruction {
  const [name = '', ...all] = statement.trim().split(/\s+/)
  const first = all.findIndex(word => !word.startsWith('--'))
  const flags = first < 0 ? all : all.slice(0, first)
  const words = first < 0 ? [] : all.slice(first)
  return { name: name.toUpperCase(), flags, words: words[0]?.startsWith('[') ? asArray(words) : words }
}

function asArray(words: readonly string[]): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(words.join(' '))
    return Array.isArray(parsed) ? parsed.map(String) : words
  } catch {
    return words
  }
}

/** The words that end the heredocs of an instruction, in order. */
function heredocs({ name, words }: Instruction): string[] {
  if (name !== 'RUN' && name !== 'COPY' && name !== 'ADD') return []
  return words.flatMap(word => /^\d*<<-?(["']?)([^<"'\s]+)\1$/.exec(word)?.[2] ?? [])
}
