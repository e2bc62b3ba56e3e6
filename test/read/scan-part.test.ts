import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBucket } from '../../lib/bucket/reader.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { decodeOrder, encodeOrder, type PartOrder } from '../../lib/read/part-order.ts'
import { decodeReply, encodeReply, packLines, unpackLines } from '../../lib/read/part-reply.ts'
import { scanPart } from '../../lib/read/scan-part.ts'
import { ownerOfBucket } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'
import { flipping } from '../support/damaged-store.ts'
import { ArchiveMaker } from '../support/make-archive.ts'

const { signal } = new AbortController()
const veil = { masks: [{ stream: 'b' }] }

test('an order travels as it is', async () => {
  const { order } = await orderOf(3)
  const [range] = order.ranges
  const wanted = new Set(['s', 'ü'])
  const frames = range!.frames.map((frame, i) => ({
    ...frame,
    ...(i > 0 && { wanted, veil, isContested: true }),
  }))
  const given = { ...order, ranges: [{ ...range!, frames }] }

  for (const endMicros of [Infinity, 5]) {
    const { ranges, ...rest } = decodeOrder(JSON.parse(encodeOrder({ ...given, endMicros })))

    assert.deepEqual({ ...rest, ranges: [] }, { ...given, endMicros, ranges: [] })
    assert.deepEqual(ranges[0]!.frames[2], frames[2])
    assert.equal(ranges[0]!.frames[1]!.veil, ranges[0]!.frames[2]!.veil)
  }
  const old = JSON.parse(encodeOrder(given).replace('"version":1', '"version":0'))
  assert.throws(() => decodeOrder(old), /a part of version 0 is ordered, expected 1/)
})

test('what a frame shows travels as it is, and a reply of another kind is refused', () => {
  const lines = Buffer.from('{"@time":1,"@stream":"s"}\n'.repeat(9))
  const shown = { lines, matches: Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 1, 1), fault: 'it ends' }

  const { matches, ...rest } = unpackLines(packLines(shown))

  assert.deepEqual(rest, { lines, fault: 'it ends' })
  assert.deepEqual([...matches!.subarray(0, 9)], [...shown.matches])
  const cost = { gets: 1, hedges: 0, bytesRead: 2, gigabyteSeconds: 3 }
  const text = JSON.stringify(encodeReply({ frames: [undefined, 0], cost }))
  assert.deepEqual(decodeReply(text, 2).frames, [undefined, 0])
  assert.throws(() => decodeReply(text, 1), /about 2 frames, expected version 1 about at most 1/)
  assert.throws(() => decodeReply('null', 1), /version undefined/)
})

test('a part is looked through with a GET a range, and says what it took', async () => {
  const { store, order } = await orderOf(4)

  const { frames, cost, problem } = await scanPart(placeOf(store, 2), order, signal)

  assert.equal(frames.length, 4)
  assert.deepEqual(linesIn(frames), [
    '{"@time":0,"@stream":"s","is":"even"}',
    '{"@time":2,"@stream":"s","is":"even"}',
  ])
  const [{ start, end }] = order.ranges as [PartOrder['ranges'][number]]
  assert.deepEqual(cost, { gets: 1, hedges: 0, bytesRead: end - start, gigabyteSeconds: 0.016 })
  assert.equal(problem, undefined)
})

test('only time and stream are shown where that is enough and nothing contested', async () => {
  const { store, order } = await orderOf(2)
  const ask = async (isContested: boolean) => {
    const ranges = order.ranges.map(range => ({
      ...range,
      frames: range.frames.map(frame => ({ ...frame, isContested })),
    }))
    const reply = await scanPart(placeOf(store), { ...order, headsOnly: true, ranges }, signal)
    return linesIn(reply.frames)
  }

  assert.deepEqual(await ask(false), ['{"@time":0,"@stream":"s"}'])
  assert.deepEqual(await ask(true), ['{"@time":0,"@stream":"s","is":"even"}'])
})

test('when time or room ends, the rest is left, but never all of it', async () => {
  const { store, order } = await orderOf(9)
  const late = await scanPart(placeOf(store, 10), { ...order, millisMax: 30 }, signal)
  const none = await scanPart(placeOf(store, 10), { ...order, millisMax: 0 }, signal)
  const full = await scanPart(placeOf(store, 10, { scanReplyBytesMax: 200 }), order, signal)
  const tight = await scanPart(placeOf(store, 10, { scanReplyBytesMax: 10 }), order, signal)

  assert.equal(late.frames.length, 2)
  assert.equal(none.frames.length, 1)
  assert.equal(full.frames.length, 4)
  assert.deepEqual(tight.frames, [undefined, 0])
})

test('what is damaged, gone or cannot be had is left to who asked', async () => {
  const { store, order, key } = await orderOf(3)
  const [range] = order.ranges
  const damaged = flipping(store, key, range!.frames[1]!.entry.startByte + 20)
  const gone = { ...order, ranges: [{ ...range!, key: key.replace('tail/0', 'tail/1') }] }
  const broken: Store = {
    ...store,
    url: store.url,
    get: async () => {
      const { ArchiveError } = await import('../../lib/core/errors.ts')
      throw new ArchiveError('unavailable', 'the store is down')
    },
  }

  const first = await scanPart(placeOf(damaged), order, signal)
  const second = await scanPart(placeOf(store), gone, signal)
  const third = await scanPart(placeOf(broken), order, signal)

  assert.deepEqual(
    first.frames.map(frame => frame === undefined),
    [false, true, false],
  )
  assert.deepEqual(second.frames, [undefined, undefined, undefined])
  assert.deepEqual(third.frames, [undefined, undefined, undefined])
  assert.deepEqual(
    [first.problem, second.problem, third.problem],
    [undefined, undefined, 'the store is down'],
  )
})

function linesIn(frames: Awaited<ReturnType<typeof scanPart>>['frames']): string[] {
  return frames.flatMap(frame => unpackLines(frame!).lines.toString().split('\n').filter(Boolean))
}

/** Each look at its clock takes some milliseconds. */
function placeOf(store: Store, millisALook = 0, changes = {}) {
  let micros = 0
  const clock = {
    nowMicros: () => {
      micros += millisALook * 1000
      return micros
    },
    sleep: async () => undefined,
  }
  return { store, clock, settings: settingsWith(changes), gigabytes: 2 }
}

/** So many frames of one event each, and the order to look for those that are even. */
async function orderOf(count: number) {
  const { store, ...maker } = await made(count)
  const { frames } = openBucket((await store.get(maker.key))!.bytes, ownerOfBucket(maker.key))
  const last = frames.at(-1)!
  const order: PartOrder = {
    ...{ query: 'even', startMicros: 0, endMicros: Infinity, headsOnly: false, millisMax: 60_000 },
    ranges: [
      {
        ...{ key: maker.key, start: 0, end: last.startByte + last.sizeBytes },
        frames: frames.map(({ startByte, sizeBytes, rawBytes, checksum }) => ({
          entry: { startByte, sizeBytes, rawBytes, checksum },
          ...{ wanted: undefined, isContested: false, veil: undefined },
        })),
      },
    ],
  }
  return { store, order, key: maker.key }
}

async function made(count: number) {
  const maker = new ArchiveMaker(undefined, 1)
  const rest = (i: number): string => (i % 2 === 0 ? '"is":"even"' : '"is":"odd"')
  const events = Array.from({ length: count }, (_, i) => ({ time: i, stream: 's', rest: rest(i) }))
  return { store: maker.store, key: (await maker.batch(events)).key }
}
