import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinSections, readDescription } from '../../lib/index/index-object.ts'
import { candidateFrames, type TermCondition, termsOf } from '../../lib/index/term-condition.ts'
import { type Term, termOf } from '../../lib/index/term-hash.ts'
import { isOnlyBelow, maskOfPath } from '../../lib/index/term-index.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { noTerms } from '../support/no-terms.ts'
import { indexOfEvents, indexOfTerms, lookUp, readAll, testOwner } from './support/make-index.ts'

/** Terms that share beginnings of every length, and lone ones. */
const terms = fc.oneof(
  fc.nat(40).map(number => termOf(String(number))),
  fc
    .tuple(fc.constantFrom(0, 2 ** 51, 2 ** 52 - 4096), fc.nat(4095))
    .map(([start, rest]) => start + rest),
)
const isLone = (term: Term) => ![0, 2 ** 51, 2 ** 52 - 4096].includes(term - (term % 4096))
const event = fc.record({
  terms: fc.uniqueArray(terms, { maxLength: 12 }),
  fieldMask: fc.constantFrom(1, 2, 5, 1 << 31, -1),
})
const runs = fc
  .tuple(fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 30 }), fc.constantFrom(0, 64))
  .map(([frames, more]) => [...frames, ...Array.from({ length: more }, () => [])])

for (const isFinal of [true, false]) {
  const which = isFinal ? 'a final index' : 'an index to be merged'
  test(`${which} names each frame of a term, and events and fields as far as it does`, () => {
    fc.assert(
      fc.property(runs, frames => {
        const index = indexOfEvents(frames, { isFinal })
        for (const term of new Set(frames.flat().flatMap(each => each.terms))) {
          const counts = frames.map(
            events => events.filter(each => each.terms.includes(term)).length,
          )
          const actual = counts.flatMap((count, frame) => (count > 0 ? [frame] : []))
          const masks = frames.flat().map(each => (each.terms.includes(term) ? each.fieldMask : 0))
          const found = lookUp(index, term)

          const named = [...found.frames]
          assert.deepEqual(
            named,
            named.toSorted((a, b) => a - b),
          )
          for (const frame of actual) assert.ok(named.includes(frame))
          for (const [i, frame] of named.entries()) {
            assert.ok(found.counts[i] === 0 || found.counts[i] === counts[frame])
          }
          const total = counts.reduce((sum, count) => sum + count, 0)
          assert.ok(found.eventCount === undefined || found.eventCount === total)
          assert.equal(masks.reduce((all, mask) => all | mask, 0) & ~found.fieldMask, 0)
          if (isLone(term) || !isFinal) assert.deepEqual(named, actual)
          if (!isFinal) assert.equal(found.eventCount, total)
        }
      }),
      { numRuns: 400 },
    )
  })
}

const manyFrames: Term[][] = Array.from({ length: 100 }, (_, frame) =>
  Array.from({ length: 2000 }, (_, i) => termOf(i % 4 === 0 ? `often ${i}` : `${frame} ${i}`)),
)

for (const isFinal of [true, false]) {
  test(`a run of many pages finds each of its terms and little else, final: ${isFinal}`, () => {
    const index = indexOfTerms(manyFrames, { isFinal })
    const { shape } = index

    assert.deepEqual([shape.rareCount, shape.recurringCount], [150_000, 500])
    assert.ok(shape.pageBits >= 3, `${shape.pageBits}`)
    assert.ok(shape.pageBytes > 16_000 && shape.pageBytes < 64_000, `${shape.pageBytes} bytes`)
    assert.deepEqual(lookUp(index, termOf('often 0')).eventCount, 100)
    assert.equal(readAll(index).length, 150_500)
    let falseFrames = 0
    for (let i = 0; i < 1000; i++) {
      const frame = i % 100
      const term = termOf(`${frame} ${4 * i + 1 - 4 * Math.floor(i / 500) * 500}`)
      const { frames } = lookUp(index, term)
      assert.ok(frames.includes(frame))
      falseFrames += frames.length - 1
      falseFrames += lookUp(index, termOf(`absent ${i}`)).frames.length
    }
    // Half a frame in 138 indexes.
    assert.ok(falseFrames <= (isFinal ? 25 : 0), `${falseFrames}`)
  })
}

test('long lists lie behind the pages, which stay even', () => {
  const frames = Array.from({ length: 6000 }, (_, frame) =>
    Array.from({ length: 40 }, (_, i) => `${i}`)
      .filter(name => (frame * 7919 + Number(name) * 104729) % 3 === 0)
      .map(termOf),
  )
  const index = indexOfTerms(frames)

  assert.ok(index.shape.pageBytes < 8000, `${index.shape.pageBytes} bytes`)
  assert.ok(index.bytes.length > 3 * index.shape.pageBytes * 2 ** index.shape.pageBits)
  for (let i = 0; i < 40; i++) {
    const term = termOf(`${i}`)
    const actual = frames.flatMap((all, frame) => (all.includes(term) ? [frame] : []))
    const found = lookUp(index, term)
    assert.deepEqual([...found.frames], actual)
    assert.equal(found.eventCount, actual.length)
  }
})

test('a run without frames and one without terms have nothing', () => {
  for (const frames of [[], [[]], [[], []]]) {
    const index = indexOfTerms(frames)
    assert.equal(index.shape.frameCount, frames.length)
    assert.deepEqual(lookUp(index, termOf('a')).frames, new Uint32Array(0))
    assert.equal(lookUp(index, termOf('a')).eventCount, 0)
  }
})

test('the page, the list and the description of another object are noticed', () => {
  const index = indexOfTerms([[1]])
  assertCorrupt(() => readAll(index, 'JOB/000001'), /checksum/)
  const object = joinSections([index.bytes], { terms: index.shape }, testOwner)
  assert.deepEqual(readDescription(object, testOwner), { owner: testOwner, terms: index.shape })
  assertCorrupt(() => readDescription(object, 'JOB/000001'), /checksum/)
})

test('a mask tells of the fields at or below a path, and of those without a name', () => {
  const shape = { ...noTerms, fields: ['user', 'user.name', 'username', 'a.b'] }
  const others = -1 << 4

  assert.equal(maskOfPath(shape, 'user'), others | 0b0011)
  assert.equal(maskOfPath(shape, 'a'), others | 0b1000)
  assert.equal(maskOfPath(shape, 'b'), others)
  assert.ok(isOnlyBelow(shape, 'user', 0b0011))
  assert.ok(!isOnlyBelow(shape, 'user', 0b0110))
  assert.ok(!isOnlyBelow(shape, 'user', 0b0011 | (1 << 31)))
})

test('a condition is met by the frames that its terms allow', () => {
  const [a, b, c]: TermCondition[] = ['a', 'b', 'c'].map(text => ({
    kind: 'term',
    term: termOf(text),
    text,
  }))
  const all: TermCondition = { kind: 'all' }
  const frames = new Map([
    [termOf('a'), Uint32Array.of(0, 1, 40)],
    [termOf('b'), Uint32Array.of(1, 2, 40)],
  ])
  const ask = (condition: TermCondition) => [
    ...candidateFrames(condition, 41, ({ term }) => frames.get(term) ?? 'all'),
  ]

  assert.deepEqual(ask({ kind: 'and', parts: [a!, b!] }), [1, 40])
  assert.deepEqual(ask({ kind: 'or', parts: [a!, b!] }), [0, 1, 2, 40])
  assert.deepEqual(ask({ kind: 'and', parts: [a!, c!] }), [0, 1, 40])
  assert.equal(ask({ kind: 'or', parts: [a!, c!] }).length, 41)
  assert.equal(ask(all).length, 41)
  assert.deepEqual(termsOf({ kind: 'or', parts: [a!, { kind: 'and', parts: [b!, a!] }] }), [
    a,
    b,
    a,
  ])
})
