import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { demo } from './demo.ts'
import { keepFolder, ledgerOf, makeFolder, removeFolder, removeLeftovers } from './folder.ts'
import { Processes } from './processes.ts'
import { terminalShow } from './show.ts'

// `npm run demo [-- --report FILE] [--keep]`: the whole path of a release on one machine, without a mock. Exit code 0
// when every scene went as it should, 1 when one went otherwise, 128 + n when signal n ended it.

const usage = `npm run demo [-- --report FILE] [--keep]

  --report FILE  where the HTML page goes (demo-report.html)
  --keep         leave the folder with logs and repositories, and say where it is`
const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

const options = readOptions()
const show = terminalShow(Date.now(), process.stdout)
const ending = new AbortController()
for (const [name, number] of Object.entries(signals)) {
  process.on(name, () => {
    if (ending.signal.aborted) return
    show.line(`${name}: ending what runs`)
    show.silence()
    process.exitCode = 128 + number
    ending.abort(new Error(name))
  })
}

for (const folder of removeLeftovers()) show.line(`removed ${folder}, left by a demo that was killed`)
const folder = makeFolder()
const processes = new Processes(ledgerOf(folder))
const cleanUp: (() => Promise<unknown>)[] = [() => processes.stopAll()]
try {
  const interrupted = new Promise<never>((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason))
  })
  const went = await Promise.race([demo({ folder, processes, show, report: options.report, cleanUp }), interrupted])
  process.exitCode = went ? 0 : 1
} catch (error) {
  if (!ending.signal.aborted) {
    console.error(error)
    show.line(`the demo broke off; run it with --keep to look at the logs`)
    process.exitCode = 1
  }
} finally {
  await Promise.allSettled(cleanUp.map(clean => clean()))
  if (options.keep) {
    keepFolder(folder)
    console.log(`logs and repositories are in ${folder}`)
  } else removeFolder(folder)
}
// Whatever an interrupted scene still waits for is of no interest any more.
process.exit()

function readOptions(): { report: string; keep: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        report: { type: 'string', default: 'demo-report.html' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit(0)
    }
    return { report: resolve(values.report), keep: values.keep }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
}
