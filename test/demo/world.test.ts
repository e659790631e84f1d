import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { ledgerOf, makeFolder, removeFolder, removeLeftovers } from '../../scripts/demo/folder.ts'
import { freeNetworks, freePort } from '../../scripts/demo/network.ts'
import { innermost, Processes, signal, startTimeOf } from '../../scripts/demo/processes.ts'

test('a network with a taken address is passed over', async () => {
  const size = { clusters: 1, replicas: 1 }
  const { value: first } = await freeNetworks(size).next()
  if (!first) throw new Error('no network is free')
  const taken = createServer().listen(first.operations, `${first.prefix}.1.1`)
  await once(taken, 'listening')
  const { value: second } = await freeNetworks(size).next()
  taken.close()
  expect(second).toBeDefined()
  expect(second).not.toEqual(first)
})

test('a port that is taken on all addresses is passed over', async () => {
  const taken = createServer().listen(0, '0.0.0.0')
  await once(taken, 'listening')
  const service = await freePort('0.0.0.0')
  const free = { service, operations: await freePort('0.0.0.0') }
  const networks = freeNetworks({ clusters: 1, replicas: 1 }, [{ service, operations: portOf(taken) }, free])
  const { value: first } = await networks.next()
  taken.close()
  expect(first).toMatchObject(free)
})

test('stopping everything ends what runs, and lets nothing new start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'processes-'))
  const processes = new Processes(join(folder, 'ledger'))
  const log = join(folder, 'log')
  const tame = processes.start('tame', 'sleep', ['60'], { log })
  const nested = processes.start('nested', 'sh', ['-c', 'sleep 60; true'], { log, signalled: 'innermost' })
  const command = processes.run('sleep', ['60'])
  await sleep(100)
  expect(innermost(nested.pid)).not.toBe(nested.pid)
  await processes.stopAll()
  expect([tame.hasEnded(), nested.hasEnded()]).toEqual([true, true])
  expect((await command).signal).toBe('SIGTERM')
  expect(() => processes.start('late', 'sleep', ['60'], { log })).toThrow('the demo is ending')
  await expect(processes.run('true', [])).rejects.toThrow('the demo is ending')
  rmSync(folder, { recursive: true })
})

test('a program that ignores SIGTERM is ended with its whole group', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'processes-'))
  const processes = new Processes(join(folder, 'ledger'))
  const stubborn = processes.start('stubborn', 'sh', ['-c', 'trap "" TERM; sleep 60 & wait; sleep 60'], {
    log: join(folder, 'log'),
  })
  await sleep(200)
  const child = innermost(stubborn.pid)
  await stubborn.stop(200)
  await sleep(50)
  expect([startTimeOf(stubborn.pid), startTimeOf(child)]).toEqual([undefined, undefined])
  rmSync(folder, { recursive: true })
})

test('what a killed demo left behind is ended and removed; what a living one has stays', async () => {
  const left = makeFolder()
  const own = makeFolder()
  const orphan = spawn('sh', ['-c', 'sleep 60 & sleep 60'], { detached: true, stdio: 'ignore' })
  const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  const [orphanId, strangerId] = [orphan.pid ?? 0, stranger.pid ?? 0]
  await sleep(100)
  writeFileSync(join(left, 'owner'), '999999999 1\n')
  // The second line is of a process that ended long ago; its number was given to another one since.
  writeFileSync(ledgerOf(left), `${orphanId} ${startTimeOf(orphanId)}\n${strangerId} 1\n`)
  const ended = once(orphan, 'exit')
  expect(removeLeftovers()).toContain(left)
  await ended
  expect([existsSync(left), existsSync(own)]).toEqual([false, true])
  expect(startTimeOf(strangerId)).toBeDefined()
  signal(strangerId, 'SIGKILL')
  removeFolder(own)
})

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen')
  return address.port
}
