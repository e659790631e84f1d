import { expect, test } from '@jest/globals'
import { openRepository } from '../../../gitops/repository/index.ts'
import { committer, ports, world } from './world.ts'

test('Git commands that went well are not logged, however often the head is read; one that failed is', async () => {
  await using there = await world({ 'a.yaml': 'a: 1\n' }, { token: 'ghs_right' })
  const lines: string[] = []
  const log = { ...ports.log, debug: (line: string) => void lines.push(line) }
  const open = (token: string) => {
    const options = { repository: there.url, branch: 'main', directory: '.', committer, token }
    return openRepository(options, { ...ports, log, temporary: there.folder })
  }
  const repository = await open('ghs_right')
  const tree = await repository.head()
  await repository.write({ parent: tree.commit, message: 'b', changes: [{ path: 'a.yaml', text: 'a: 2\n' }] })
  await repository.head()
  await repository.close()
  expect(lines).toEqual([])
  const refused = await open('ghs_wrong')
  await expect(refused.head()).rejects.toThrow(/input "token"/)
  await refused.close()
  expect(lines).toEqual(['git ls-remote: exit code 128'])
})
