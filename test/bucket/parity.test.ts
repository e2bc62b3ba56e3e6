import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import type { Directory, FrameEntry } from '../../lib/bucket/directory.ts'
import { footerBytesOf, readTwin } from '../../lib/bucket/footer.ts'
import { groupOfFrame, healFrame } from '../../lib/bucket/parity.ts'
import { checkParity } from '../../lib/bucket/parity-check.ts'
import { openBucket, readFrame } from '../../lib/bucket/reader.ts'
import {
  linesBySeekTable,
  linesOfBucket,
  makeBucket,
  storedLines,
  testOwner,
} from '../support/bucket-lines.ts'
import { assertCorrupt } from '../support/corrupt.ts'

const hasParity = true
const lines = Array.from({ length: 100 }, (_, i) => {
  return `{"@time":${1e15 + i},"@stream":"s/${Math.floor(i / 30)}","n":${i * 7919}}`
})
const object = makeBucket(lines, { frameBytes: 120, hasParity })
const directory = openBucket(object, testOwner)

test('a bucket with parity gives the lines of one without, to every reader', () => {
  fc.assert(
    fc.property(storedLines(60), fc.constantFrom(1, 60, 300, 2000), (lines, frameBytes) => {
      const made = makeBucket(lines, { frameBytes, hasParity })
      assert.deepEqual(linesOfBucket(made), lines)
      assert.deepEqual(linesBySeekTable(made), lines)
      checkParity(openBucket(made, testOwner), made)
    }),
  )
})

test('any one damaged frame of a group is healed, by three reads at most', async () => {
  assert.deepEqual(
    directory.parity?.map(group => group.frames.length),
    [32, 18],
  )
  for (const frame of directory.frames) {
    const damaged = without(object, frame)
    assertCorrupt(() => readFrame(stored(damaged, frame), frame), `frame at ${frame.startByte}`)
    let reads = 0

    const healed = await healFrame(groupOf(frame), frame, async (start, end) => {
      reads++
      return damaged.subarray(start, end)
    })

    assert.ok(reads <= 3)
    assert.deepEqual(healed, stored(object, frame))
  }
})

test('two damaged frames of a group are damage, whichever they are', async () => {
  const [first, second, third] = directory.frames as [FrameEntry, FrameEntry, FrameEntry]
  for (const [one, other] of [
    [first, third],
    [third, first],
    [second, third],
  ] as const) {
    const damaged = without(without(object, one), other)

    const healing = healFrame(groupOf(one), one, read(damaged))

    await assert.rejects(healing, new RegExp(`frame at ${other.startByte} is damaged, too`))
  }
})

test('damage in each of two groups is healed', async () => {
  const [one, other] = [directory.frames[5]!, directory.frames[40]!]
  const damaged = without(without(object, one), other)
  for (const frame of [one, other]) {
    assert.deepEqual(await healFrame(groupOf(frame), frame, read(damaged)), stored(object, frame))
  }
})

test('with its parity damaged, a damaged frame stays damaged', async () => {
  const frame = directory.frames[0]!
  const damaged = without(object, frame)
  damaged[groupOf(frame).startByte]! ^= 1

  await assert.rejects(healFrame(groupOf(frame), frame, read(damaged)), /its parity is damaged/)
})

test('a bucket opens by its twin when its footer is damaged anywhere', async () => {
  const footerBytes = footerBytesOf(object)
  const ref = { sizeBytes: object.length, footerBytes }
  for (let at = object.length - footerBytes; at < object.length; at++) {
    const damaged = Buffer.from(object)
    damaged[at]! ^= 0xff
    assertCorrupt(() => openBucket(damaged, testOwner), `byte ${at}`)

    assert.deepEqual(await readTwin(ref, testOwner, read(damaged)), directory)
  }
  await assert.rejects(readTwin(ref, 'JOB/000001', read(object)), /expected JOB\/000001/)
})

test('a bucket without parity, or without frames, has no twin', async () => {
  const plain = makeBucket(lines, { frameBytes: 120 })
  const footerBytes = footerBytesOf(plain)
  const ref = { sizeBytes: plain.length, footerBytes }

  await assert.rejects(readTwin(ref, testOwner, read(plain)), /no twin/)
  const nothing = { sizeBytes: footerBytes, footerBytes }
  await assert.rejects(
    readTwin(nothing, testOwner, () => assert.fail('nothing to read')),
    /no twin/,
  )
})

test('every flipped bit of a bucket with parity is noticed by who looks at all of it', () => {
  const small = makeBucket(lines.slice(0, 9), { frameBytes: 120, hasParity })
  for (let bit = 0; bit < small.length * 8; bit++) {
    const flipped = Buffer.from(small)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    assertCorrupt(() => {
      linesOfBucket(flipped)
      checkParity(openBucket(flipped, testOwner), flipped)
    }, `bit ${bit}`)
  }
})

test('parity of frames of one size takes a thirty-second of them', () => {
  const noise = Array.from({ length: 640 }, (_, i) => {
    const text = Buffer.alloc(600, `${i * 2654435761}`).toString('base64')
    return `{"@time":${i},"@stream":"s","text":"${text}"}`
  })
  const shape = { frameBytes: 8 * 1024 }
  const plain = makeBucket(noise, shape)
  const guarded = makeBucket(noise, { ...shape, hasParity })

  const { frames, parity } = openBucket(guarded, testOwner)

  assert.equal(parity?.length, Math.ceil(frames.length / 32))
  assert.ok(guarded.length > plain.length)
  const parityBytes = parity.reduce((sum, group) => sum + group.sizeBytes, 0)
  const longest = Math.max(...frames.map(frame => frame.sizeBytes))
  assert.ok(parityBytes <= parity.length * longest)
})

test('zstd passes over parity and twin', () => {
  const end = directory.frames.at(-1)!
  const behind = object.subarray(end.startByte + end.sizeBytes)

  assert.deepEqual(zstdDecompressSync(behind), Buffer.alloc(0))
})

function groupOf(frame: FrameEntry) {
  return groupOfFrame(directory.parity, frame)!
}

function stored(bytes: Buffer, { startByte, sizeBytes }: Directory['frames'][number]): Buffer {
  return bytes.subarray(startByte, startByte + sizeBytes)
}

function without(bytes: Buffer, { startByte, sizeBytes }: FrameEntry): Buffer {
  return Buffer.from(bytes).fill(0xaa, startByte, startByte + sizeBytes)
}

function read(bytes: Buffer) {
  return async (start: number, end: number) => bytes.subarray(start, end)
}
