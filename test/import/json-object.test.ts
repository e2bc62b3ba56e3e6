import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonTimeFields } from '../../lib/import/format.ts'
import { inspectObject } from '../../lib/import/json-object.ts'
import { EventReader } from '../../lib/write/event-reader.ts'

// What an importer takes for an event's time must be what the archive takes for it: otherwise an
// event that the archive stamps with a time of its own would be stored again on resumption.
function assertSame(text: string): void {
  const bytes = Buffer.from(text)
  const reader = new EventReader(jsonTimeFields)
  const fault = reader.read(bytes, 0, bytes.length)

  const inspected = inspectObject(bytes, jsonTimeFields)

  if (inspected.fault !== undefined) assert.notEqual(fault, undefined, text)
  else assert.deepEqual([fault, inspected.timeMicros], [undefined, reader.timeMicros], text)
}

test('an importer and the archive see the same time in a JSON event', () => {
  const value = fc.oneof(
    fc.constantFrom(
      '2026-03-01T10:00:00Z',
      '2026-03-01',
      '2026-03-01 10:00',
      'soon',
      '',
      '1772359201',
    ),
    fc.constantFrom(0, 1, 12, 1772359201, 1772359201.25, 1.772359201e9, 1772359201123, -5, 1e30),
    fc.constantFrom(null, true, [], {}, { time: 1772359201 }),
  )
  const name = fc.constantFrom(...jsonTimeFields, 'other', 'Time')
  const event = fc.array(fc.tuple(name, value), { maxLength: 5 })
  const spelled = event.map(
    members => `{${members.map(([key, of]) => `${JSON.stringify(key)} : ${JSON.stringify(of)}`)}}`,
  )

  fc.assert(fc.property(spelled, assertSame), { numRuns: 3000 })
})

test('an importer and the archive agree about what is JSON', () => {
  const texts = ['{}', '{ }', '{"a":1,}', '{"a":}', '{"a" 1}', '{,}', '{"a":1', '{"a":1}}', '{a:1}']
  const odd = ['{"a":01}', '{"a":"\t"}', '{"a":[1,]}', '{"\\u0040time":"2026-03-01"}', '[]', '"x"']

  for (const text of [...texts, ...odd]) assertSame(text)
})

test('an importer and the archive agree about which stream and id an event may have', () => {
  const names = ['"a/b"', '"a b"', '""', 'null', '5', '{}', '"/a"', `"${'a'.repeat(500)}"`]
  const long = 'x'.repeat(510)
  const ids = ['"a"', '""', 'null', '5', '1e400', '[]', 'true', `"${long}"`, `"${long}y"`]
  const escaped = ['"\\u0000"', `"${'\\u0000'.repeat(100)}"`, `"${'\\u0041'.repeat(500)}"`]

  for (const name of names) assertSame(`{"@stream":${name},"@time":1772359201}`)
  for (const id of [...ids, ...escaped]) assertSame(`{"@id":${id},"@time":1772359201}`)
})
