import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { playExample, readExample } from '../../test/support/analysis-example.ts'
import { open, startBrowser } from '../../test/support/browser.ts'

/**
 * `node scripts/docs/picture.ts`: plays the README's example of an analysis and takes the picture of its report. Run it
 * when the report looks different; fonts differ from machine to machine, so no check compares its bytes.
 */
const root = new URL('../../', import.meta.url)
const { page: html } = await playExample(await readExample(new URL('README.md', root)))
const folder = await mkdtemp(join(tmpdir(), 'picture-'))
const browser = await startBrowser()
try {
  const file = join(folder, 'report.html')
  await writeFile(file, html)
  const { page } = await open(browser, pathToFileURL(file).href, {
    viewport: { width: 900, height: 1000 },
    colorScheme: 'light',
  })
  await mkdir(new URL('docs/', root), { recursive: true })
  await page.screenshot({ path: new URL('docs/analysis-report.png', root).pathname, fullPage: true })
} finally {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}
