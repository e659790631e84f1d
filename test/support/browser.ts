import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findProgram } from '../../scripts/parts/parts.mjs'

/** What the browser may not do of itself: nothing but the page that is opened is asked for. */
const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

/** Starts the machine's own Chromium, without a window. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium')
  if (executablePath === undefined) throw new Error('chromium is not installed: node scripts/prepare.mjs --parts tests')
  return chromium.launch({ executablePath, args: quiet, headless: true })
}

/** A page in a profile of its own, with what it asked for and what it complained of. */
export type Watched = { page: Page; requests: string[]; complaints: string[] }

/** Opens an address and watches everything that the page does from its first byte on. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const page = await browser.newPage(options)
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => requests.push(request.url()))
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('dialog', dialog => complaints.push(dialog.message()))
  await page.goto(url)
  return { page, requests, complaints }
}
