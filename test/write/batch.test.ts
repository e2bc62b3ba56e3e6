import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ArchiveError } from '../../lib/core/errors.ts'
import { defaultSettings, type Settings } from '../../lib/core/settings.ts'
import { contentHash, parseTailKey, tailMayHold } from '../../lib/store/keys.ts'
import { Batch } from '../../lib/write/batch.ts'
import { EventReader } from '../../lib/write/event-reader.ts'
import { directorySpan, lineOrder, parseLine, storedLine } from '../support/bucket-lines.ts'
import { sealEvents, testBatchId } from '../support/sealed-batch.ts'

/** Stored lines as events: small numbers would be taken for seconds. */
const someEvents = fc
  .array(storedLine, { minLength: 1, maxLength: 30 })
  .map(lines => lines.map(line => line.replace(/(?<="@time":)(?=\d,)/, '173784960500000')))

/** Without the second and later event of one stream, time and id, in line order. */
function unique(lines: readonly string[]): string[] {
  const seen = new Set<string>()
  return [...lines].sort(lineOrder).filter(line => {
    const { time, stream, id } = parseLine(line)
    const key = JSON.stringify([time, stream, id])
    return id === undefined || (!seen.has(key) && seen.add(key))
  })
}

test('a batch is sorted and holds of the events with one @id the first in line order', () => {
  let dropped = 0
  fc.assert(
    fc.property(someEvents, events => {
      const { lines } = sealEvents(events)
      assert.deepEqual(lines, unique(events))
      dropped += events.length - lines.length
    }),
    { numRuns: 300 },
  )
  assert.ok(dropped > 0, 'no event was dropped')
})

test('events that come in the order of their times are sorted within each moment', () => {
  const moment = fc.array(fc.nat(50), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 5 }), moments => {
      const events = moments.flatMap((numbers, i) =>
        numbers.map(n => `{"@time":${173784960500000 + i},"@stream":"s","n":${n}}`),
      )
      assert.deepEqual(sealEvents(events).lines, [...events].sort(lineOrder))
    }),
    { numRuns: 200 },
  )
})

test('the key says of the batch what its lines say', () => {
  fc.assert(
    fc.property(someEvents, events => {
      const { key, lines, bytes, eventCount } = sealEvents(events)
      const entry = parseTailKey(key)
      const times = lines.map(line => parseLine(line).time)
      const raw = Buffer.from(lines.map(line => `${line}\n`).join(''))
      assert.equal(entry.identity, `${testBatchId}-${contentHash([raw])}`)
      assert.equal(entry.firstMicros, Math.min(...times))
      assert.equal(entry.lastMicros, Math.max(...times))
      assert.equal(entry.eventCount, lines.length)
      assert.equal(eventCount, lines.length)
      assert.equal(entry.footerBytes, bytes.length - directorySpan(bytes)[0] + 8)
      for (const line of lines) assert.ok(tailMayHold(entry, parseLine(line).stream))
    }),
  )
})

test('the same events make the same key in any order and at any level of compression', () => {
  const events = Array.from({ length: 500 }, (_, i) => `{"@time":${i + 1},"n":${i % 7}}`)

  const keys = [1, 3, 9, 19].map(level => sealEvents(events, { tailCompressionLevel: level }).key)
  keys.push(sealEvents([...events].reverse()).key)

  assert.equal(new Set(keys).size, 1)
})

test('one changed byte makes another key under the same batch id', () => {
  const [a, b] = [sealEvents(['{"a":1}']).key, sealEvents(['{"a":2}']).key]

  assert.notEqual(a, b)
  assert.notEqual(parseTailKey(a).identity, parseTailKey(b).identity)
  assert.equal(parseTailKey(a).idTimeMillis, parseTailKey(b).idTimeMillis)
})

test('two equal events without @id are two events', () => {
  assert.equal(sealEvents(['{"a":1}', '{"a":1}', '{"a":1}']).lines.length, 3)
})

test('an @id that is the beginning of another is another', () => {
  const events = ['{"@id":"a"}', '{"@id":"a","x":1}', '{"@id":"ab"}', '{"@id":"a\\u0000"}']

  const ids = sealEvents([...events, ...events]).lines.map(line => parseLine(line).id)

  assert.deepEqual(ids, ['a', 'a\0', 'ab'])
})

test('a batch over a limit is too large, and the message names found and allowed', () => {
  const events = ['{"@stream":"a"}', '{"@stream":"b"}', '{"@stream":"c"}']
  const limits: readonly (readonly [Partial<Settings>, RegExp])[] = [
    [{ batchEventsMax: 2 }, /3 events, at most 2/],
    [{ batchBytesMax: 100 }, /bytes, at most 100/],
    [{ batchStreamsMax: 2 }, /3 streams, at most 2/],
  ]
  for (const [settings, message] of limits) {
    assert.throws(
      () => sealEvents(events, settings),
      (fault: unknown) =>
        fault instanceof ArchiveError &&
        fault.code === 'too-large' &&
        message.test(fault.message) &&
        fault.details[0]?.hint !== undefined,
    )
  }
  assert.equal(sealEvents(events, { batchEventsMax: 3, batchStreamsMax: 3 }).lines.length, 3)
})

test('an emptied batch makes of the next events what a fresh one makes', () => {
  const reader = new EventReader()
  const fill = (batch: Batch, events: readonly string[]) => {
    for (const event of events) {
      const bytes = Buffer.from(event)
      assert.equal(reader.read(bytes, 0, bytes.length), undefined)
      batch.add(bytes, 0, bytes.length, reader, reader.timeMicros ?? 1, reader.stream ?? 'x')
    }
    return batch.seal(testBatchId)
  }
  fc.assert(
    fc.property(someEvents, someEvents, (before, events) => {
      const reused = new Batch(defaultSettings)
      fill(reused, before)
      reused.truncate(0)
      assert.deepEqual(fill(reused, events), fill(new Batch(defaultSettings), events))
    }),
  )
})
