import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { candidateFrames, type TermCondition, termsOf } from '../../lib/index/term-condition.ts'
import { type Term, termOf } from '../../lib/index/term-hash.ts'
import { openIndex } from '../../lib/index/term-index.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { indexOfTerms, lookUp, openWhole, testOwner } from './support/make-index.ts'

/** Terms that share beginnings of every length, and lone ones. */
const terms = fc.oneof(
  fc.nat(40).map(number => termOf(String(number))),
  fc
    .tuple(fc.constantFrom(0, 2 ** 51, 2 ** 52 - 4096), fc.nat(4095))
    .map(([start, rest]) => start + rest),
)
const isLone = (term: Term) => ![0, 2 ** 51, 2 ** 52 - 4096].includes(term - (term % 4096))
const runs = fc.array(fc.uniqueArray(terms, { maxLength: 20 }), { maxLength: 40 })

test('a term is found in each of its frames, and alone in no other unless it is in most', () => {
  fc.assert(
    fc.property(runs, frames => {
      const object = indexOfTerms(frames)
      for (const term of new Set(frames.flat())) {
        const actual = frames.flatMap((all, frame) => (all.includes(term) ? [frame] : []))
        const found = lookUp(object, term)
        if (found === 'all') continue
        assert.deepEqual(
          actual.filter(frame => !found.includes(frame)),
          [],
        )
        assert.deepEqual(found, found.toSorted())
        if (isLone(term)) assert.deepEqual([...found], actual)
        if (isLone(term)) assert.ok(5 * actual.length <= 4 * frames.length || actual.length === 1)
      }
    }),
    { numRuns: 500 },
  )
})

test('a run of many pages finds each of its terms and nothing else', () => {
  const frames: Term[][] = Array.from({ length: 50 }, (_, frame) =>
    Array.from({ length: 2000 }, (_, i) => termOf(i % 4 === 0 ? `often ${i}` : `${frame} ${i}`)),
  )
  const object = indexOfTerms(frames)
  const index = openWhole(object)

  assert.equal(index.termCount, 75_500)
  assert.ok(index.pageBits >= 3, `${index.pageBits}`)
  for (const [page, start] of index.pageStarts.slice(0, -1).entries()) {
    const sizeBytes = index.pageStarts[page + 1]! - start
    assert.ok(sizeBytes > 8_000 && sizeBytes < 40_000, `${sizeBytes} bytes`)
  }
  assert.equal(lookUp(object, termOf('often 0')), 'all')
  for (let i = 0; i < 1000; i++) {
    const frame = i % 50
    assert.deepEqual(
      lookUp(object, termOf(`${frame} ${4 * i + 1 - 4 * Math.floor(i / 500) * 500}`)),
      Uint32Array.of(frame),
    )
    assert.deepEqual(lookUp(object, termOf(`absent ${i}`)), new Uint32Array(0))
  }
})

test('a run without frames and one without terms have nothing', () => {
  for (const frames of [[], [[]], [[], []]]) {
    const object = indexOfTerms(frames)
    assert.equal(openWhole(object).frameCount, frames.length)
    assert.deepEqual(lookUp(object, termOf('a')), new Uint32Array(0))
  }
})

test('a suffix too short for the footer says how many bytes are needed, and they suffice', () => {
  const object = indexOfTerms([[1, 2], [3]])
  const footerBytes = object.readUInt32LE(object.length - 8)
  for (let length = 0; length <= object.length; length++) {
    let found = openIndex(object.subarray(object.length - length), object.length, testOwner)
    for (let round = 0; typeof found === 'number'; round++) {
      assert.ok(round < 2 && found > length && found <= footerBytes, `${found} for ${length}`)
      found = openIndex(object.subarray(-found), object.length, testOwner)
    }
    assert.deepEqual(found, openWhole(object))
  }
})

test('the index of another object is noticed', () => {
  assertCorrupt(() => openWhole(indexOfTerms([[1]]), 'JOB/000001'), /expected JOB\/000001/)
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
    ...candidateFrames(condition, 41, term => frames.get(term) ?? 'all'),
  ]

  assert.deepEqual(ask({ kind: 'and', parts: [a!, b!] }), [1, 40])
  assert.deepEqual(ask({ kind: 'or', parts: [a!, b!] }), [0, 1, 2, 40])
  assert.deepEqual(ask({ kind: 'and', parts: [a!, c!] }), [0, 1, 40])
  assert.equal(ask({ kind: 'or', parts: [a!, c!] }).length, 41)
  assert.equal(ask(all).length, 41)
  assert.deepEqual(termsOf({ kind: 'or', parts: [a!, { kind: 'and', parts: [b!, a!] }] }), [
    termOf('a'),
    termOf('b'),
  ])
})
