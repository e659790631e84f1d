import type { Fuel } from '../fuel.ts'
import { UnsupportedConditionError } from '../unsupported.ts'
import type { Test } from './class.ts'
import type { Pattern, Place } from './syntax.ts'

type Instruction =
  | { kind: 'character'; test: Test }
  | { kind: 'place'; place: Place }
  | { kind: 'split'; targets: number[] }
  | { kind: 'match' }

/** Longer programs are refused: counted repetitions multiply. */
const longest = 20_000

/**
 * Makes a machine of a pattern that follows all its ways through the text at once (Pike's; see Russ Cox, "Regular
 * Expression Matching: the Virtual Machine Approach"): no character is looked at more than once for each instruction.
 */
export function assemble(pattern: Pattern): (characters: readonly string[], fuel: Fuel) => boolean {
  const instructions: Instruction[] = []
  emit(pattern, instructions)
  instructions.push({ kind: 'match' })
  return (characters, fuel) => run(instructions, characters, fuel)
}

function emit(pattern: Pattern, into: Instruction[]): void {
  if (into.length > longest) throw new UnsupportedConditionError('a regular expression with so many repetitions')
  switch (pattern.kind) {
    case 'empty':
      return
    case 'character':
    case 'place':
      into.push(pattern)
      return
    case 'sequence':
      for (const part of pattern.parts) emit(part, into)
      return
    case 'choice':
      emitChoice(pattern.parts, into)
      return
    case 'repeat':
      emitRepeat(pattern, into)
  }
}

function emitChoice(parts: readonly Pattern[], into: Instruction[]): void {
  const fork: { kind: 'split'; targets: number[] } = { kind: 'split', targets: [] }
  const ends: { kind: 'split'; targets: number[] }[] = []
  into.push(fork)
  for (const part of parts) {
    fork.targets.push(into.length)
    emit(part, into)
    const end: { kind: 'split'; targets: number[] } = { kind: 'split', targets: [] }
    into.push(end)
    ends.push(end)
  }
  for (const end of ends) end.targets.push(into.length)
}

function emitRepeat({ part, least, most }: Extract<Pattern, { kind: 'repeat' }>, into: Instruction[]): void {
  for (let times = 0; times < least; times++) emit(part, into)
  if (most === Infinity) {
    const start = into.length
    const fork: { kind: 'split'; targets: number[] } = { kind: 'split', targets: [start + 1] }
    into.push(fork)
    emit(part, into)
    into.push({ kind: 'split', targets: [start] })
    fork.targets.push(into.length)
    return
  }
  const forks: { kind: 'split'; targets: number[] }[] = []
  for (let times = least; times < most; times++) {
    const fork: { kind: 'split'; targets: number[] } = { kind: 'split', targets: [into.length + 1] }
    into.push(fork)
    forks.push(fork)
    emit(part, into)
  }
  for (const fork of forks) fork.targets.push(into.length)
}

function run(program: readonly Instruction[], characters: readonly string[], fuel: Fuel): boolean {
  let current: Test[] = []
  let after: number[] = []
  for (let at = 0; at <= characters.length; at++) {
    // A match may start anywhere, so the machine starts again at every character.
    const starts = [...after, 0]
    const reached = follow(program, starts, characters, at, fuel)
    if (reached.matched) return true
    current = reached.tests
    after = []
    const character = characters[at]
    if (character === undefined) break
    for (const [index, test] of current.entries()) {
      if (test(character)) after.push((reached.places[index] ?? 0) + 1)
    }
  }
  return false
}

type Reached = { matched: boolean; tests: Test[]; places: number[] }

/** Follows all instructions that take no character. */
function follow(
  program: readonly Instruction[],
  starts: readonly number[],
  characters: readonly string[],
  at: number,
  fuel: Fuel,
): Reached {
  const seen = new Set<number>()
  const reached: Reached = { matched: false, tests: [], places: [] }
  const open = [...starts]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue
    seen.add(place)
    fuel.spend()
    const instruction = program[place]
    if (!instruction || instruction.kind === 'match') return { ...reached, matched: true }
    if (instruction.kind === 'split') open.push(...instruction.targets)
    else if (instruction.kind === 'place') {
      if (holds(instruction.place, characters, at)) open.push(place + 1)
    } else {
      reached.tests.push(instruction.test)
      reached.places.push(place)
    }
  }
  return reached
}

function holds(place: Place, characters: readonly string[], at: number): boolean {
  const isWord = (character: string | undefined): boolean => character !== undefined && /^[0-9A-Za-z_]$/.test(character)
  const boundary = isWord(characters[at - 1]) !== isWord(characters[at])
  switch (place) {
    case 'textStart':
      return at === 0
    case 'textEnd':
      return at === characters.length
    case 'lineStart':
      return at === 0 || characters[at - 1] === '\n'
    case 'lineEnd':
      return at === characters.length || characters[at] === '\n'
    case 'wordBoundary':
      return boundary
    case 'noWordBoundary':
      return !boundary
  }
}
