import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Directory } from '../../lib/bucket/directory.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import {
  linesBySeekTable,
  linesOfBucket,
  makeBucket,
  parseLine,
  storedLines,
  testOwner,
} from '../support/bucket-lines.ts'

const frameBytes = fc.constantFrom(1, 60, 300, 2000, 2 ** 20)

test('a bucket gives back the lines it was built of, byte for byte', () => {
  fc.assert(
    fc.property(storedLines(40), frameBytes, (lines, frameBytes) => {
      const object = makeBucket(lines, { frameBytes })
      assert.deepEqual(linesOfBucket(object), lines)
      assert.deepEqual(linesBySeekTable(object), lines)
    }),
  )
})

test('the directory says of frames and streams what the lines say', () => {
  fc.assert(
    fc.property(storedLines(40), frameBytes, (lines, frameBytes) => {
      const directory = openBucket(makeBucket(lines, { frameBytes }), testOwner)
      const frames = cut(lines, frameBytes)
      checkWhole(directory, lines)
      checkFrames(directory, frames)
      checkStreams(directory, frames)
    }),
  )
})

test('owner and lineage come back as they were given', () => {
  const lines = ['{"@time":1,"@stream":"a"}']
  const lineage = { inputs: ['one', 'zwei €'], outputs: 3 }

  assert.deepEqual(openBucket(makeBucket(lines, { lineage }), testOwner).lineage, lineage)
  const fresh = openBucket(makeBucket(lines, { owner: 'x'.repeat(255) }), 'x'.repeat(255))
  assert.equal('lineage' in fresh, false)
  assert.equal(fresh.owner, 'x'.repeat(255))
})

test('an event of a megabyte lies alone in its frame', () => {
  const large = `{"@time":2,"@stream":"a","text":"${'\u20ac'.repeat(350_000)}"}`
  const lines = ['{"@time":1,"@stream":"a"}', large, '{"@time":3,"@stream":"a"}']

  const object = makeBucket(lines)

  assert.deepEqual(linesOfBucket(object), lines)
  const counts = openBucket(object, testOwner).frames.map(frame => frame.eventCount)
  assert.deepEqual(counts, [1, 1, 1])
})

test('a bucket of ten thousand streams knows each of them', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `user/${String(i).padStart(5, '0')}`)
  const lines = names.map((name, i) => `{"@time":${i},"@stream":"${name}"}`)

  const object = makeBucket(lines, { frameBytes: 64 * 1024 })

  const { streams } = openBucket(object, testOwner)
  assert.deepEqual(
    streams.map(each => each.stream),
    names,
  )
  assert.deepEqual(linesOfBucket(object), lines)
})

/** Lines by frame: as many as fit, at least one. */
function cut(lines: readonly string[], frameBytes: number): string[][] {
  const frames: string[][] = []
  let bytes = Infinity
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1
    if (bytes + size > frameBytes) {
      frames.push([])
      bytes = 0
    }
    frames.at(-1)!.push(line)
    bytes += size
  }
  return frames
}

function summary(lines: readonly string[]) {
  const parsed = lines.map(parseLine)
  return {
    eventCount: lines.length,
    idCount: parsed.filter(line => line.id !== undefined).length,
    rawBytes: Buffer.byteLength(lines.map(line => `${line}\n`).join('')),
    firstMicros: Math.min(...parsed.map(line => line.time)),
    lastMicros: Math.max(...parsed.map(line => line.time)),
  }
}

function checkWhole(directory: Directory, lines: readonly string[]): void {
  const { frames: _, streams: __, owner, ...found } = directory
  assert.deepEqual(found, summary(lines))
  assert.equal(owner, testOwner)
}

function checkFrames(directory: Directory, frames: readonly string[][]): void {
  const names = [...new Set(frames.flat().map(line => parseLine(line).stream))]
  let startByte = 0
  const found = directory.frames.map(({ sizeBytes, checksum: _, ...frame }) => {
    assert.equal(frame.startByte, startByte)
    startByte += sizeBytes
    return { ...frame, startByte: 0 }
  })
  const expected = frames.map(lines => {
    const firstStream = names.indexOf(parseLine(lines[0]!).stream)
    return { startByte: 0, firstStream, ...summary(lines) }
  })
  assert.deepEqual(found, expected)
}

function checkStreams(directory: Directory, frames: readonly string[][]): void {
  const all = frames.flatMap((lines, frame) => lines.map(line => ({ ...parseLine(line), frame })))
  const names = [...new Set(all.map(line => line.stream))]
  const expected = names.map(stream => {
    const own = all.filter(line => line.stream === stream)
    return {
      stream,
      firstFrame: own[0]!.frame,
      lastFrame: own.at(-1)!.frame,
      eventCount: own.length,
      firstMicros: own[0]!.time,
      lastMicros: own.at(-1)!.time,
    }
  })
  assert.deepEqual(directory.streams, expected)
}
