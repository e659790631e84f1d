import { openRepository, writeDerived } from '../../../gitops/repository/index.ts'
import { runCommand, silentLog, systemClock } from '../../../host/index.ts'

/** A program that writes to a repository until it is killed: `writer.ts <url> <temporary folder> <name>`. */
const [repository = '', temporary = '', name = ''] = process.argv.slice(2)
const committer = { name, email: 'writer@example.com' }
const ports = { run: runCommand, clock: systemClock, log: silentLog, environment: process.env, temporary }
const opened = await openRepository({ repository, branch: 'main', directory: '.', committer }, ports)
for (let n = 0; ; n++) {
  const changes = [{ path: `${name}.txt`, text: `${n}\n` }]
  await writeDerived(opened, async () => ({ message: `${name} ${n}`, changes }), { clock: systemClock })
}
