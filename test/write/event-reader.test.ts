import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ErrorDetail } from '../../lib/core/errors.ts'
import { EventReader } from '../../lib/write/event-reader.ts'

function read(text: string, reader = new EventReader()): EventReader & { fault?: ErrorDetail } {
  const bytes = Buffer.from(text)
  const fault = reader.read(bytes, 0, bytes.length)
  return Object.assign(reader, { fault })
}

const second = 1_738_108_815
const micros = second * 1e6

const times: readonly (readonly [event: string, timeMicros: number | undefined])[] = [
  [`{"@time":${second}}`, micros],
  [`{"@time":"${second}"}`, micros],
  [`{"@time":${second}.217753}`, micros + 217_753],
  [`{"@time":${second}217}`, micros + 217_000],
  [`{"@time":${second}217753999}`, micros + 217_753],
  ['{"@time":1.738108815e9}', micros],
  ['{"@time":"2025-01-29T00:00:15Z"}', micros],
  ['{"@time":"2025-01-29T01:00:15\\u002b01:00"}', micros],
  ['{"@time":12.5}', 12_500_000],
  ['{"@time":0,"a":1}', undefined],
  ['{"@time":-0.0}', undefined],
  ['{"@time":"0"}', undefined],
  [`{"@time":0,"ts":${second}}`, micros],
  [`{"@timestamp":"2025-01-29T00:00:15Z","time":${second + 1}}`, micros],
  [`{"ts":${second + 1},"time":${second + 2},"timestamp":${second}}`, micros],
  [`{"ts":${second},"time":12.5}`, micros],
  [`{"ts":${second},"time":"12.5"}`, micros],
  [`{"ts":${second},"timestamp":"soon"}`, micros],
  [`{"ts":${second},"timestamp":null,"time":{"ts":1}}`, micros],
  [`{"ts":${second},"timestamp":-5,"time":true}`, micros],
  ['{"time":12.5}', undefined],
  ['{"time":99999999}', undefined],
  ['{"time":100000000}', 100_000_000e6],
  ['{"ts":0}', undefined],
  [`{"a":{"ts":${second}}}`, undefined],
  [`{"t":${second}}`, undefined],
  ['{}', undefined],
]

test('the first field that holds a time gives it; durations and zero are none', () => {
  for (const [event, timeMicros] of times) {
    const reader = read(event)
    assert.equal(reader.fault, undefined, event)
    assert.equal(reader.timeMicros, timeMicros, event)
  }
})

const badTimes = ['"soon"', '""', 'null', 'true', '{}', '[]', '-1', '1e300', '"1969-12-31"']

test('an @time that is no time is a fault that names it', () => {
  for (const value of badTimes) {
    const { fault } = read(`{"@time":${value},"ts":${second}}`)
    assert.equal(fault?.pointer, '/@time', value)
    assert.ok(fault.hint)
  }
})

test('reserved members count before the fields the caller names, and are never lost', () => {
  const event = `{"when":${second + 1},"@time":${second},"key":"k","@id":"x"}`

  const named = read(event, new EventReader(['when'], ['key']))
  assert.deepEqual([named.timeMicros, named.id], [micros, '"x"'])

  const listed = read(event, new EventReader(['when', '@time'], ['key', '@id']))
  assert.deepEqual([listed.timeMicros, listed.id], [micros + 1e6, '"k"'])
})

const ids: readonly (readonly [value: string, id: string])[] = [
  ['"x"', '"x"'],
  ['"\\u0078"', '"x"'],
  ['"\\/"', '"/"'],
  ['"a\\u0022\\u005c"', '"a\\"\\\\"'],
  ['"\\u00e9"', '"é"'],
  ['"\\uD83D\\uDE00"', '"😀"'],
  ['"\\uD800"', '"\\ud800"'],
  ['"\\u001F"', '"\\u001f"'],
  ['7', '"7"'],
  ['7.0', '"7.0"'],
  ['12345678901234567890', '"12345678901234567890"'],
  [`"${'x'.repeat(510)}"`, `"${'x'.repeat(510)}"`],
]

test('an @id has one spelling, however it was received', () => {
  for (const [value, id] of ids) assert.equal(read(`{"@id":${value}}`).id, id, value)
})

test('an @id that is empty, too long or no string is a fault', () => {
  for (const value of ['""', 'null', 'true', '[]', '{}', `"${'x'.repeat(511)}"`]) {
    assert.equal(read(`{"@id":${value}}`).fault?.pointer, '/@id', value)
  }
})

test('a stream that is no stream name is a fault', () => {
  for (const value of ['""', '7', 'null', '"../x"', '"a b"', '["a"]']) {
    assert.equal(read(`{"@stream":${value}}`).fault?.pointer, '/@stream', value)
  }
  assert.equal(read('{"@stream":"a\\/b"}').stream, 'a/b')
})

test('of a name that occurs twice the last value counts', () => {
  const reader = read('{"@stream":"a","@id":1,"@\\u0073tream":"b","@id":2,"ts":1,"ts":1738108815}')

  assert.deepEqual([reader.stream, reader.id, reader.timeMicros], ['b', '"2"', micros])
})

test('what is no JSON object is a fault that says where and what was found', () => {
  const faults: readonly (readonly [event: string, detail: RegExp])[] = [
    ['[1]', /expected a JSON object, found "\[1\]"/],
    ['"a"', /expected a JSON object/],
    ['null', /expected a JSON object/],
    ['{"a":1', /ends too early, after 6 bytes/],
    ['{"a', /ends too early/],
    ['{', /ends too early/],
    ['{"a":1}}', /at byte 7: found "}"/],
    ['{"a":1} x', /at byte 8: found "x"/],
    ['{"a":01}', /at byte 5/],
    ['{a:1}', /at byte 1: found "a:1}"/],
    ['{"a":1,}', /at byte 7: found "}"/],
    ['{"a":"\t"}', /at byte 6/],
    [`{"a":${'['.repeat(300)}`, /at byte 260/],
  ]
  for (const [event, detail] of faults) assert.match(read(event).fault?.detail ?? '', detail, event)
})

test('nothing of one event is left over for the next', () => {
  const reader = new EventReader()
  read('{"@time":1738108815,"@stream":"a","@id":"x"}', reader)

  read('{"a":1}', reader)

  const { timeMicros, stream, id, removed } = reader
  assert.deepEqual([timeMicros, stream, id, removed], [undefined, undefined, undefined, []])
})
