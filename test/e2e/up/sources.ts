import { pathToFileURL } from 'node:url'
import { createRepository } from '../../support/git/index.ts'

/** An app's own repository, which `promote` asks which of two commits is the older, and what to release from it. */
export type Source = { app: string; url: string; good: string; bad: string }

/** Makes one with three commits: what runs, what may be released, and what fails one request in five. */
export async function createSource(app: string, folder: string): Promise<Source> {
  const repository = await createRepository(folder, { 'README.md': `# ${app}\n` })
  const next = async (text: string) => repository.commit({ 'README.md': text }, { message: text })
  const good = await next('Answers as well as before')
  const bad = await next('Fails one request in five')
  return { app, url: pathToFileURL(folder).href, good: image(app, good, '600d'), bad: image(app, bad, 'bad1') }
}

/** The pipelines, with these repositories as their sources. */
export function pointedAt(files: Readonly<Record<string, string>>, sources: readonly Source[]): Record<string, string> {
  return Object.fromEntries(
    sources.map(({ app, url }) => {
      const file = `apps/${app}/pipeline.yaml`
      return [file, (files[file] ?? '').replace(/^( *source:).*$/m, `$1 ${url}`)]
    }),
  )
}

/** Nothing is pulled here, so any digest will do; the stand-ins for the apps tell by it how to answer. */
function image(app: string, commit: string, digest: string): string {
  return `ghcr.io/acme/${app}:sha-${commit.slice(0, 12)}@sha256:${digest}${commit.repeat(2).slice(0, 60)}`
}
