import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { terminalAsk } from '../../cli/ask.ts'

function typist() {
  const stdin = new PassThrough()
  const shown: string[] = []
  const cancellation = new AbortController()
  const ask = terminalAsk(stdin, { write: text => shown.push(text) }, cancellation.signal)
  return { stdin, shown, cancellation, ask }
}

test('each question is shown, and answered by the next line', async () => {
  const { stdin, shown, ask } = typist()
  const first = ask('Name: ')
  stdin.write(' Ada \n')
  expect(await first).toBe('Ada')
  stdin.write('one\ntwo\n')
  expect([await ask('A: '), await ask('B: ')]).toEqual(['one', 'two'])
  expect(shown).toEqual(['Name: ', 'A: ', 'B: '])
})

test('an input that ends is a mistake, also for the questions after it', async () => {
  const { stdin, ask } = typist()
  const first = ask('Name: ')
  stdin.end()
  await expect(first).rejects.toThrow(/the input ended before/)
  await expect(ask('Name: ')).rejects.toThrow(/the input ended before/)
})

test('a question that is cancelled ends with the reason', async () => {
  const { cancellation, ask } = typist()
  const first = ask('Name: ')
  cancellation.abort(new Error('cancelled by SIGINT'))
  await expect(first).rejects.toThrow('cancelled by SIGINT')
  await expect(ask('Name: ')).rejects.toThrow('cancelled by SIGINT')
})
