import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTime } from '../../lib/core/time.ts'
import {
  memberNamed,
  objectText,
  ordinaryMember,
  type SpelledMember,
  space,
} from '../support/json-spelling.ts'
import { sealEvents, stampMicros, stampStream } from '../support/sealed-batch.ts'

const reservedMember = fc.oneof(
  memberNamed('@time', ['1737849605', '1737849605217753', '"2026-01-01T00:00:00.5Z"', '0', '0.0']),
  memberNamed('@stream', ['"a/b"', '"c"', '"\\u0064"']),
  memberNamed('@id', ['"x"', '7', '1.50', '"\\u00e9"', '"é"', '"\\ud800"']),
)

const isReserved = (name: string) => ['@time', '@stream', '@id'].includes(name)

/** The stored line of one event. */
function stored(text: string): string {
  const { lines, faults } = sealEvents([text])
  assert.deepEqual(faults, [], text)
  assert.equal(lines.length, 1)
  return lines[0]!
}

/** What the reserved members of the event come to, the last of each name. */
function ours(members: readonly SpelledMember[]) {
  const last = (name: string) => members.findLast(each => each.name === name)?.valueText
  const [time, id] = [last('@time'), last('@id')]
  const isNumber = id !== undefined && !id.startsWith('"')
  return {
    '@time':
      time === undefined || Number(time) === 0 ? stampMicros : parseTime(time.replaceAll('"', '')),
    '@stream': JSON.parse(last('@stream') ?? `"${stampStream}"`),
    ...(id !== undefined && { '@id': isNumber ? id : JSON.parse(id) }),
  }
}

function headOf(members: readonly SpelledMember[]): string {
  return JSON.stringify(ours(members)).slice(0, -1)
}

test('an event without reserved members is found unchanged, byte for byte', () => {
  fc.assert(
    fc.property(fc.array(ordinaryMember, { maxLength: 5 }), space, (members, gap) => {
      const text = objectText(members, gap)
      const rest = members.length === 0 ? '}' : `,${text.slice(1)}`
      assert.equal(stored(text), headOf([]) + rest)
    }),
    { numRuns: 400 },
  )
})

test('only reserved members are taken out, wherever they stand, however spelled', () => {
  const members = fc.array(
    fc.oneof({ weight: 2, arbitrary: ordinaryMember }, { weight: 3, arbitrary: reservedMember }),
    { maxLength: 7 },
  )
  fc.assert(
    fc.property(members, space, (members, gap) => {
      const text = objectText(members, gap)
      const line = stored(text)

      const event = JSON.parse(text)
      for (const name of ['@time', '@stream', '@id']) delete event[name]
      assert.deepEqual(JSON.parse(line), Object.assign(event, ours(members)))

      const head = headOf(members)
      assert.ok(line.startsWith(head), line)
      const kept = members.filter(each => !isReserved(each.name))
      const between = kept.map(each => `${each.nameText}${gap}:${gap}${each.valueText}`)
      const rest = line.slice(head.length)
      if (kept.length === 0) assert.equal(rest, '}')
      else {
        assert.equal(rest[0], ',')
        assert.equal(rest.slice(1, -1).trim(), between.join(`${gap},${gap}`))
      }
    }),
    { numRuns: 1500 },
  )
})

const positions: readonly (readonly [event: string, line: string])[] = [
  ['{}', '{"@time":T,"@stream":"S"}'],
  ['{ \t }', '{"@time":T,"@stream":"S"}'],
  ['{"a":1}', '{"@time":T,"@stream":"S","a":1}'],
  ['{ "a" : 1 }', '{"@time":T,"@stream":"S", "a" : 1 }'],
  ['{"@id":"x"}', '{"@time":T,"@stream":"S","@id":"x"}'],
  ['{"@id":"x","a":1}', '{"@time":T,"@stream":"S","@id":"x","a":1}'],
  ['{"a":1,"@id":"x"}', '{"@time":T,"@stream":"S","@id":"x","a":1}'],
  ['{"a":1,"@id":"x","b":2}', '{"@time":T,"@stream":"S","@id":"x","a":1,"b":2}'],
  ['{"@id":"w","a":1,"@id":"x"}', '{"@time":T,"@stream":"S","@id":"x","a":1}'],
  ['{"@time":0,"@stream":"S","@id":"x"}', '{"@time":T,"@stream":"S","@id":"x"}'],
  ['{"@time":0,"@stream":"S","a":1}', '{"@time":T,"@stream":"S","a":1}'],
  ['{"a":1,"@time":0,"@stream":"S"}', '{"@time":T,"@stream":"S","a":1}'],
  ['{"a":{"@id":"y","@time":5}}', '{"@time":T,"@stream":"S","a":{"@id":"y","@time":5}}'],
  ['{"a":1,"a":1.0}', '{"@time":T,"@stream":"S","a":1,"a":1.0}'],
  ['{"\\u0040time":0,"a":1}', '{"@time":T,"@stream":"S","a":1}'],
  ['{"@Time":0}', '{"@time":T,"@stream":"S","@Time":0}'],
  ['{"a":1,\r"b":2}', '{"@time":T,"@stream":"S","a":1,\r"b":2}'],
]

test('a reserved member goes from the beginning, the middle and the end with its comma', () => {
  for (const [event, line] of positions) {
    const expected = line.replace('T', String(stampMicros)).replace('S', stampStream)
    assert.equal(stored(event.replace('"S"', `"${stampStream}"`)), expected, event)
  }
})

test('a stored event that is stored again keeps its bytes, but for space behind ours', () => {
  const members = fc.array(fc.oneof(ordinaryMember, reservedMember), { maxLength: 6 })
  fc.assert(
    fc.property(members, space, (members, gap) => {
      const line = stored(objectText(members, gap))
      const again = stored(line)
      if (gap === '') assert.equal(again, line)
      assert.equal(stored(again), again)
    }),
  )
})
