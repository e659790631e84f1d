import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop

beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())
beforeEach(() =>
  shop.begin({
    'cart/Dockerfile': 'FROM scratch\nCOPY x /\n',
    'cart/x': 'cart\n',
    'search/Dockerfile': 'FROM scratch\nCOPY x /\n',
    'search/x': 'search\n',
  }),
)

test('a second image of the same commit is refused: its tag would take the first one’s place', async () => {
  const first = await shop.build({ context: 'cart' })
  const failure = shop.build({ context: 'search' })
  await expect(failure).rejects.toThrow(
    /^input "image": .*built from "cart\/Dockerfile" in "cart", and this one from "search\/Dockerfile" in "search".*Give each image a repository of its own; with a matrix/,
  )
  expect((await shop.build({ context: 'cart' })).digest).toBe(first.digest)
})

test('one of another commit, told apart by its tag alone, is refused too', async () => {
  await shop.build({ context: 'cart' })
  await shop.write({ 'search/x': 'two\n' })
  await shop.commit('two')
  await expect(shop.build({ context: 'search', tag: 'search-2' })).rejects.toThrow(
    /holds another image of the same source/,
  )
})

test('two stages of one Dockerfile under one tag are two images', async () => {
  await shop.write({ 'cart/Dockerfile': 'FROM scratch AS a\nCOPY x /\nFROM scratch AS b\nCOPY x /y\n' })
  await shop.commit('two')
  await shop.build({ context: 'cart', target: 'a' })
  await expect(shop.build({ context: 'cart', target: 'b' })).rejects.toThrow(/stage a, and this one .*stage b/)
})

test('a Dockerfile that moved is no second image', async () => {
  await shop.build({ context: 'cart' })
  await shop.git('mv', 'cart', 'basket')
  await shop.write({ 'basket/x': 'basket\n' })
  await shop.commit('two')
  expect((await shop.build({ context: 'basket' })).kind).toBe('pushed')
})

test('two variants of one commit by their build arguments are two images, and the first stays under the tag', async () => {
  await shop.write({ 'cart/Dockerfile': 'FROM scratch\nARG SIZE\nCOPY x /\nENV SIZE=$SIZE\n' })
  await shop.commit('two')
  const first = await shop.build({ context: 'cart', 'build-args': 'SIZE=slim' })
  await expect(shop.build({ context: 'cart', 'build-args': 'SIZE=full' })).rejects.toThrow(
    /with other build arguments.*put its variable into `image`.*such as a time, is no build argument/,
  )
  expect((await shop.build({ context: 'cart', 'build-args': 'SIZE=slim' })).digest).toBe(first.digest)
  await shop.commit('three')
  expect((await shop.build({ context: 'cart', 'build-args': 'SIZE=full' })).kind).toBe('pushed')
})

test('a context that moved, with the same Dockerfile, is no second image; two of one commit are', async () => {
  await shop.build({ context: 'cart', file: 'cart/Dockerfile' })
  await shop.write({ x: 'all\n' })
  await shop.commit('two')
  expect((await shop.build({ context: '.', file: 'cart/Dockerfile' })).kind).toBe('pushed')
  await expect(shop.build({ context: 'search', file: 'cart/Dockerfile', tag: 'search' })).rejects.toThrow(
    /holds another image of the same source/,
  )
})

test('an image of another source is none of ours to judge', async () => {
  await shop.build({ context: 'cart' })
  await shop.git('remote', 'set-url', 'origin', 'https://github.com/acme/other')
  await shop.commit('two')
  expect((await shop.build({ context: 'search' })).kind).toBe('pushed')
})
