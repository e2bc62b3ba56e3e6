import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BucketBuilder } from '../../lib/bucket/builder.ts'
import { splitLines, storedLines } from '../support/bucket-lines.ts'

/** Adds lines as they are told to lie; the raw frames and what the directory says. */
function build(lines: readonly string[], frameBytes: number, piecesOf: readonly number[]) {
  const raw: string[] = []
  const builder = new BucketBuilder({ frameBytes, compressionLevel: 1 }, frame =>
    raw.push(frame.toString()),
  )
  let at = 0
  for (let piece = 0; at < lines.length; piece++) {
    const some = lines.slice(at, at + (piecesOf[piece % piecesOf.length] ?? 1))
    addTogether(builder, some)
    at += some.length
  }
  return { raw, built: builder.finish() }
}

/** The lines follow each other in one buffer, as in a frame. */
function addTogether(builder: BucketBuilder, lines: readonly string[]): void {
  const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
  let start = 0
  for (const line of lines) {
    const end = start + Buffer.byteLength(line)
    const { '@time': time, '@stream': stream, '@id': id } = JSON.parse(line)
    builder.add(bytes, start, end, time, stream, id !== undefined)
    start = end + 1
  }
}

test('a bucket does not depend on how its lines lay in memory', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(storedLines(30), fc.integer({ min: 1, max: 900 }), pieces, (lines, size, cut) => {
      const { raw, built } = build(lines, size, cut)
      assert.deepEqual(splitLines(Buffer.from(raw.join(''))), lines)
      assert.deepEqual({ raw, built }, build(lines, size, [1]))
    }),
    { numRuns: 300 },
  )
})
