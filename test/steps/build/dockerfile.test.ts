import { expect, test } from '@jest/globals'
import { ingredientsOf } from '../../../steps/build/dockerfile.ts'

const images = (text: string, given = {}) => ingredientsOf(text, given).images

test.each<[string, string, string[]]>([
  ['one base', 'FROM node:24\nRUN x\n', ['node:24']],
  ['nothing', 'FROM scratch\nCOPY a /\n', []],
  [
    'stages that follow each other',
    'FROM a AS one\nFROM One as two\nFROM b\nCOPY --from=two /x /\nCOPY --from=0 /y /\n',
    ['a', 'b'],
  ],
  ['an image copied from', 'FROM a\nCOPY --chown=1 --from=ghcr.io/x/y:1 /x /\n', ['a', 'ghcr.io/x/y:1']],
  ['an image mounted', 'FROM a\nRUN --mount=type=bind,from=tools:1,target=/t x\n', ['a', 'tools:1']],
  ['a platform', 'FROM --platform=$BUILDPLATFORM golang:1.26 AS build\n', ['golang:1.26']],
  ['a frontend', '# syntax=docker/dockerfile:1\nFROM a\n', ['a', 'docker/dockerfile:1']],
  ['a comment that is no directive', '# hello\n# syntax=docker/dockerfile:1\nFROM a\n', ['a']],
  ['defaults', 'ARG V=24\nARG IMAGE="node:${V}"\nFROM $IMAGE\n', ['node:24']],
  ['a default in place', 'FROM node:${V:-22}\n', ['node:22']],
  ['lines that go on, with comments between', 'FROM \\\n  # why\n  a \\\n\n  AS b\nFROM b\n', ['a']],
  ['another escape', '# escape=`\nFROM `\n  a\n', ['a']],
  ['a heredoc', 'FROM a\nRUN <<EOF\nFROM b\nEOF\nCOPY --from=c x y\n', ['a', 'c']],
  ['what only looks like a heredoc', 'FROM a\nRUN x <<NEVER\nFROM b\n', ['a', 'b']],
  ['a shift of bits', 'FROM a\nRUN echo $((1<<2))\nFROM b\n', ['a', 'b']],
  ['lower case and carriage returns', 'from a\r\ncopy --from=b x y\r\n', ['a', 'b']],
])('the images of a Dockerfile: %s', (_, text, expected) => {
  expect(images(text)).toEqual(expected)
})

test('a build argument names the base, if the Dockerfile declares it', () => {
  expect(images('ARG BASE=a\nFROM $BASE\n', { BASE: 'b' })).toEqual(['b'])
  expect(images('ARG BASE\nFROM ${BASE}:1\n', { BASE: 'b' })).toEqual(['b:1'])
})

test('a build argument names the frontend in place of the Dockerfile’s own', () => {
  expect(images('# syntax=docker/dockerfile:1\nFROM a\n', { BUILDKIT_SYNTAX: 'acme/frontend:2' })).toEqual([
    'a',
    'acme/frontend:2',
  ])
})

test.each([
  ['FROM node:$TARGETARCH\n', 'FROM node:$TARGETARCH is known to the builder alone'],
  ['ARG X\nFROM $X\n', 'FROM $X is known to the builder alone'],
  ['FROM ${X#y}\n', 'FROM ${X#y} is known to the builder alone'],
  ['FROM a\nRUN --mount=from=$X x\n', 'RUN takes from $X, which is known to the builder alone'],
  ['FROM a\nRUN x \\\\\nFROM b\n', 'line 2 of the Dockerfile ends in two escapes, and may go on or not'],
  ['# escape=`\nFROM a\nRUN x ``  \nFROM b\n', 'line 3 of the Dockerfile ends in two escapes, and may go on or not'],
])('%j is not known before the build', (text, unknown) => {
  expect(ingredientsOf(text, {})).toMatchObject({ unknown })
})

test.each([
  ['COPY . /', true],
  ['COPY ./ /app/', true],
  ['COPY --link / /app', true],
  ['ADD ["./", "/x"]', true],
  ['COPY * /', true],
  ['COPY .git/HEAD /', true],
  ['COPY $X /', true],
  ['COPY src/. package.json /', false],
  ['COPY src /.', false],
  ['COPY --from=a . /', false],
  ['RUN --mount=target=/src make', true],
  ['RUN --mount=type=bind,source=src,target=/src make', false],
  ['RUN --mount=type=cache,target=/x make', false],
  ['RUN cp . /', false],
])('%j takes the whole context: %j', (line, expected) => {
  expect(ingredientsOf(`FROM a\n${line}\n`, {}).takesAll).toBe(expected)
})
