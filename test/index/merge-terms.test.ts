import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type MergeOptions,
  mergeTermIndexes,
  planMergedShape,
} from '../../lib/index/merge-terms.ts'
import { type Term, termOf } from '../../lib/index/term-hash.ts'
import type { TermSection } from '../../lib/index/term-index-builder.ts'
import type { TermShape } from '../../lib/index/term-shape.ts'
import { indexOfEvents, lookUp, type TestEvent, testOwner } from './support/make-index.ts'

type Frames = readonly (readonly TestEvent[])[]
const ownerOf = (part: number) => `MERGED/${String(part).padStart(6, '0')}`

interface Merged {
  readonly shape: TermShape
  readonly bytes: Buffer[]
  readonly bytesRead: number
  readonly largestRead: number
}

async function merge(
  sections: readonly TermSection[],
  changes: Partial<MergeOptions> = {},
  partsAtOnce = Infinity,
): Promise<Merged> {
  let [framesBefore, bytesRead, largestRead] = [0, 0, 0]
  const inputs = sections.map(({ shape, bytes }) => {
    const before = framesBefore
    framesBefore += shape.frameCount
    const read = async (part: number, start: number, end: number) => {
      assert.equal(part, 0)
      const found = bytes.subarray(start, end)
      bytesRead += found.length
      largestRead = Math.max(largestRead, found.length)
      return found
    }
    return { shape, read, ownerOf: () => testOwner, framesBefore: before }
  })
  const written: Buffer[] = []
  const options = {
    frameCount: framesBefore,
    isFinal: false,
    ownerOf,
    inputBytes: sections.reduce((sum, { bytes }) => sum + bytes.length, 0),
    aheadBytesMax: 2 ** 20,
    partBytes: 2 ** 24,
    ...changes,
  }
  const shape = await planMergedShape(inputs, options)
  const write = async (part: number, bytes: Buffer): Promise<boolean> => {
    assert.equal(part, written.length)
    written.push(bytes)
    return written.length % partsAtOnce !== 0
  }
  // As by members that go on where the one before has stopped.
  while (written.length < 2 ** shape.partBits) {
    await mergeTermIndexes(inputs, shape, options, write, written.length)
  }
  return { shape, bytes: written, bytesRead, largestRead }
}

/** Asserts that an index tells the truth about terms of the events: about so many of them. */
function assertTells(merged: Merged, frames: Frames, termsMax = 400): void {
  const byTerm = new Map<Term, Map<number, number>>()
  for (const [frame, events] of frames.entries()) {
    for (const { terms } of events) {
      for (const term of terms) {
        const counts = byTerm.get(term) ?? new Map<number, number>()
        counts.set(frame, (counts.get(frame) ?? 0) + 1)
        byTerm.set(term, counts)
      }
    }
  }
  const { detail } = merged.shape
  let missing = 0
  const step = Math.ceil(byTerm.size / termsMax)
  for (const [i, [term, counts]] of [...byTerm].entries()) {
    if (i % step !== 0) continue
    const found = lookUp(merged, term, { ownerOf })
    const named = [...found.frames]
    if (![...counts.keys()].every(frame => named.includes(frame))) missing++
    for (const [position, frame] of named.entries()) {
      const count = found.counts[position]
      assert.ok(count === 0 || count === counts.get(frame))
    }
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
    assert.ok(found.eventCount === undefined || found.eventCount === total)
    if (detail === 'whole') assert.deepEqual([found.eventCount, named.length], [total, counts.size])
  }
  assert.equal(missing, 0)
}

const term = fc.oneof(
  fc.nat(30).map(number => termOf(String(number))),
  fc.tuple(fc.constantFrom(0, 2 ** 52 - 4096), fc.nat(4095)).map(([start, rest]) => start + rest),
)
const event = fc.record({
  terms: fc.uniqueArray(term, { maxLength: 12 }),
  fieldMask: fc.constantFrom(1, 2, 5, 1 << 31, -1),
})
const run = fc.array(fc.array(event, { maxLength: 5 }), { maxLength: 12 })

for (const isFinal of [false, true]) {
  test(`merged indexes tell what one of all their frames would, final: ${isFinal}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 9 }), async runs => {
        const sections = runs.map(frames => indexOfEvents(frames, { isFinal: false }))
        assertTells(await merge(sections, { isFinal }), runs.flat())
      }),
      { numRuns: 150 },
    )
  })
}

const runFrames = 60
function manyTerms(run: number): Frames {
  return Array.from({ length: runFrames }, (_, frame) =>
    Array.from({ length: 20 }, (_, i) => ({
      terms: [
        termOf(`id ${run} ${frame} ${i}`),
        termOf(`word ${(frame * 31 + i * 7) % 997}`),
        termOf(`often ${i % 3}`),
        ...(i === run ? [termOf('once a run')] : []),
      ],
    })),
  )
}
const manyRuns = Array.from({ length: 12 }, (_, run) => manyTerms(run))
const manySections = manyRuns.map(frames => indexOfEvents(frames, { isFinal: false }))

for (const isFinal of [false, true]) {
  test(`an index in many parts tells the same as its inputs, final: ${isFinal}`, async () => {
    const merged = await merge(manySections, { isFinal, partBytes: 16 * 1024 })

    assert.ok(isFinal || merged.shape.partBits >= 1, `${merged.shape.partBits}`)
    assertTells(merged, manyRuns.flat())
    const once = lookUp(merged, termOf('once a run'), { ownerOf })
    assert.deepEqual([once.frames.length, once.eventCount], [12 * runFrames, 12 * runFrames])
  })
}

test('members that go on where another has stopped make the same bytes', async () => {
  const whole = await merge(manySections, { partBytes: 8 * 1024 })
  const inPieces = await merge(manySections, { partBytes: 8 * 1024 }, 1)

  assert.ok(whole.bytes.length >= 4, `${whole.bytes.length} parts`)
  assert.deepEqual(inPieces.bytes, whole.bytes)
})

test('what was merged can be merged again', async () => {
  const days = await Promise.all(
    [0, 4, 8].map(async first => {
      const day = await merge(manySections.slice(first, first + 4), { ownerOf: () => testOwner })
      return { shape: day.shape, bytes: day.bytes[0]! }
    }),
  )
  assertTells(await merge(days), manyRuns.flat())
})

test('terms that are not spread evenly make pages that lie elsewhere, and are found', async () => {
  const crowded = Array.from({ length: 4 }, (_, run) =>
    Array.from({ length: 10 }, (_, frame) => [
      {
        terms: Array.from({ length: 1000 }, (_, i) => 2 ** 51 + run * 10_000 + frame * 1000 + i),
      },
    ]),
  )
  const sections = crowded.map(frames => indexOfEvents(frames, { isFinal: false }))
  const merged = await merge(sections)

  const pages = merged.shape.pageBytes * 2 ** merged.shape.pageBits
  assert.ok(merged.bytes[0]!.length > pages + 10_000, `${merged.bytes[0]!.length} of ${pages}`)
  assertTells(merged, crowded.flat())
})

test('fields keep their terms, whatever numbers they had', async () => {
  const [a, b] = [termOf('a'), termOf('b')]
  const twice = { terms: [a, b], fieldMask: 1 }
  const sections = [
    indexOfEvents([[twice, twice]], { isFinal: false, fields: ['x', 'y'] }),
    indexOfEvents([[twice, { terms: [b], fieldMask: 2 }]], { isFinal: false, fields: ['y', 'x'] }),
    indexOfEvents([[{ terms: [b], fieldMask: 1 << 31 }]], { isFinal: false, fields: ['x'] }),
  ]
  const merged = await merge(sections)

  assert.deepEqual(merged.shape.fields, ['x', 'y'])
  assert.equal(lookUp(merged, a, { ownerOf }).fieldMask, 0b11)
  // A rare term does not say which of several fields it is in.
  assert.equal(lookUp(merged, b, { ownerOf }).fieldMask, -1)
})

test('inputs are read in pieces, each about twice', async () => {
  const sizeBytes = manySections.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const { bytesRead, largestRead } = await merge(manySections, { aheadBytesMax: 1 })

  assert.ok(bytesRead < 3 * sizeBytes, `${bytesRead} of ${sizeBytes}`)
  assert.ok(largestRead <= 64 * 1024, `${largestRead}`)
})

test('a shortened index is not merged', async () => {
  await assert.rejects(merge([indexOfEvents([[]], { isFinal: true })]), /shortened/)
})
