import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import { setPin } from '../../gitops/manifests/index.ts'
import { openRepository } from '../../gitops/repository/index.ts'
import { runCommand, silentLog, systemClock } from '../../host/index.ts'
import { bump, parseBumpInputs, promise } from '../../steps/bump/index.ts'
import { clusterNames, commit, git, kustomization, makeFleet, next, pinFile, repository } from './fleet.ts'
import { type Finding, median } from './goal.ts'
import { findKustomize } from './kustomize.ts'

const clusters = clusterNames(1000)
const image = `${repository}:${next.tag}@${next.digest}`

/**
 * Sets one image on 1,000 clusters in one pushed commit: the step as the action runs it, against what a user would run
 * instead, a clone with a loop of `kustomize edit set image` in it, or of js-yaml load and dump. Each starts from a
 * bare repository on this disk and ends with its push; the edits alone are compared with js-yaml in memory too.
 */
export async function measureBump(root: string, temporary: string): Promise<Finding[]> {
  const bare = await makeFleet(temporary, clusters)
  const start = (await git(bare, 'rev-parse', 'main')).trim()
  const kustomize = await findKustomize(root)

  const ours = await timed(() => bumpWithStep(bare, temporary))
  const beyond = await bytesBeyondValues(bare, temporary)
  await git(bare, 'update-ref', 'refs/heads/main', start)

  const dumped = await timed(() => inClone(bare, temporary, loadAndDump))
  const dumpedLines = await linesChanged(bare, start)
  await git(bare, 'update-ref', 'refs/heads/main', start)

  const findings: Finding[] = [
    { what: `bump of ${clusters.length} clusters, pushed`, result: seconds(ours) },
    { what: 'bytes changed beyond the values', result: String(beyond), goal: '0', met: beyond === 0 },
    ...editsAlone(),
    {
      what: 'js-yaml load and dump in a clone, pushed',
      result: `${(dumped / ours).toFixed(1)} times our time (${seconds(dumped)}), ${dumpedLines} lines changed for ${2 * clusters.length}`,
    },
  ]
  const goal = 'at least 10'
  const what = 'loop of kustomize edit set image, pushed'
  if (kustomize.kind === 'missing') return [...findings, { what, result: kustomize.why, goal }]
  const looped = await timed(() => inClone(bare, temporary, work => loopKustomize(kustomize.program, work)))
  const loopedLines = await linesChanged(bare, start)
  const ratio = looped / ours
  const result = `${ratio.toFixed(1)} times our time (${seconds(looped)}), ${loopedLines} lines changed for ${2 * clusters.length}`
  return [...findings, { what: `${what} (${kustomize.version})`, result, goal, met: ratio >= 10 }]
}

async function bumpWithStep(bare: string, temporary: string): Promise<void> {
  const opened = await openRepository(
    { repository: bare, branch: 'main', directory: '.', committer: { name: 'bench', email: 'bench@example.com' } },
    { run: runCommand, clock: systemClock, log: silentLog, environment: { PATH: process.env.PATH }, temporary },
  )
  try {
    const request = parseBumpInputs({ app: 'coolkit', image, clusters: '*', message: '', override: '', 'dry-run': '' })
    const { kind, bumped } = await bump(request, {
      repository: opened,
      clock: systemClock,
      log: silentLog,
      guard: promise,
    })
    if (kind !== 'written' || bumped.length !== clusters.length) throw new Error(`the bump ended as ${kind}`)
  } finally {
    await opened.close()
  }
}

/** Compares every file of the repository with what it was, the values replaced, and counts the bytes that differ. */
async function bytesBeyondValues(bare: string, temporary: string): Promise<number> {
  const work = join(temporary, 'result')
  await git(temporary, 'clone', '-q', bare, work)
  let count = 0
  for (const [index, name] of clusters.entries()) {
    const is = await readFile(join(work, pinFile(name)))
    const should = Buffer.from(kustomization(name, index, next))
    count += Math.abs(is.length - should.length)
    for (let at = 0; at < Math.min(is.length, should.length); at++) if (is[at] !== should[at]) count++
  }
  return count
}

/** The edits alone, from text to text, in five interleaved rounds. */
function editsAlone(): Finding[] {
  const texts = clusters.map((name, index) => kustomization(name, index))
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < 5; round++) {
    ours.push(timedNow(() => texts.map(text => setPin(text, 'kustomization.yaml', repository, next))))
    theirs.push(timedNow(() => texts.map(dumpedWithPin)))
  }
  const ratio = median(theirs) / median(ours)
  const result = `${ratio.toFixed(1)} times our time (${median(theirs).toFixed(0)} ms to ${median(ours).toFixed(0)} ms)`
  return [{ what: 'js-yaml load and dump, the edits alone', result, goal: 'more than 1', met: ratio > 1 }]
}

function dumpedWithPin(text: string): string {
  const document = Object(load(text))
  const entry = document.images.find((candidate: { name: string }) => candidate.name === repository)
  Object.assign(entry, { newTag: next.tag, digest: next.digest })
  return dump(document)
}

async function inClone(bare: string, temporary: string, edit: (work: string) => Promise<void>): Promise<void> {
  const work = join(temporary, `clone-${clones++}`)
  await git(temporary, 'clone', '-q', '--depth=1', `file://${bare}`, work)
  await edit(work)
  await commit(work, 'bump')
  await git(work, 'push', '-q', 'origin', 'HEAD:main')
}
let clones = 0

async function loadAndDump(work: string): Promise<void> {
  for (const name of clusters) {
    const file = join(work, pinFile(name))
    await writeFile(file, dumpedWithPin(await readFile(file, 'utf8')))
  }
}

async function loopKustomize(program: string, work: string): Promise<void> {
  for (const name of clusters) {
    const cwd = join(work, 'apps/coolkit/clusters', name)
    const { code, stderr } = await runCommand(program, ['edit', 'set', 'image', image], { cwd })
    if (code !== 0) throw new Error(`kustomize: ${stderr}`)
  }
}

async function linesChanged(bare: string, from: string): Promise<number> {
  const stat = await git(bare, 'diff', '--numstat', from, 'main')
  return stat.split('\n').reduce((sum, line) => sum + Number(line.split('\t')[0] ?? 0), 0)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = performance.now()
  await work()
  return performance.now() - before
}

function timedNow(work: () => unknown): number {
  const before = performance.now()
  work()
  return performance.now() - before
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
