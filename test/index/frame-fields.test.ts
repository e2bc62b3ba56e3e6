import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listedBytesMax, listedMax } from '../../lib/index/field-counter.ts'
import { hasNulls, hasValues, isListed, isMultiple } from '../../lib/index/field-kinds.ts'
import { FieldTable } from '../../lib/index/field-table.ts'
import { FrameTerms } from '../../lib/index/frame-terms.ts'

const head = '"@time":1737849605000000,"@stream":"s"'
const name = fc.constantFrom('a', 'b', 'a.b', '', 'é', '"q"', '@id')
const leaf = fc.constantFrom(null, true, 0, -1.5, 1e300, 'x', '', '\n', 'ü'.repeat(40))
const { event } = fc.letrec<{ event: object; value: unknown }>(tie => ({
  event: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}))

/** Shows each leaf under its path, arrays adding nothing. */
function visitLeaves(
  value: unknown,
  path: string,
  visit: (path: string, leaf: unknown) => void,
): void {
  if (Array.isArray(value)) for (const each of value) visitLeaves(each, path, visit)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) visitLeaves(each, `${path}.${name}`, visit)
  } else visit(path, value)
}

interface Expected {
  events: number
  isMultiple: boolean
  hasNulls: boolean
  counts: Map<string, number>
}

/** What the fields of these objects are, told by JSON.parse. */
function expectedFields(events: readonly object[]): Map<string, Expected> {
  const fields = new Map<string, Expected>()
  for (const event of events) {
    const ofEvent = new Map<string, unknown[]>()
    visitLeaves(event, '', (path, leaf) => {
      const key = path.slice(1)
      ofEvent.set(key, [...(ofEvent.get(key) ?? []), leaf])
    })
    for (const [path, leaves] of ofEvent) {
      const field = fields.get(path) ?? {
        events: 0,
        isMultiple: false,
        hasNulls: false,
        counts: new Map<string, number>(),
      }
      fields.set(path, field)
      const values = leaves.filter(leaf => leaf !== null)
      if (values.length < leaves.length) field.hasNulls = true
      if (values.length > 0) field.events++
      if (values.length > 1) field.isMultiple = true
      for (const value of new Set(values.map(each => JSON.stringify(each)))) {
        field.counts.set(value, (field.counts.get(value) ?? 0) + 1)
      }
    }
  }
  return fields
}

function readFields(lines: readonly string[]) {
  const table = new FieldTable()
  const frame = new FrameTerms()
  frame.read(Buffer.from(lines.map(line => `${line}\n`).join('')), table)
  return { table, fields: frame.fields }
}

test('the fields of a frame are those that JSON.parse finds, with the same counts', () => {
  const property = fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), events => {
    const lines = events.map(each => {
      const inside = JSON.stringify(each).slice(1)
      return inside === '}' ? `{${head}}` : `{${head},${inside}`
    })
    const { table, fields } = readFields(lines)
    const expected = expectedFields(events)

    const found = fields.present.map(field => table.paths[field]!)
    assert.deepEqual(found.toSorted(), [...expected.keys()].toSorted())
    for (const field of fields.present) {
      const counter = fields.counter(field)
      const wanted = expected.get(table.paths[field]!)!
      assert.equal(counter.eventCount, wanted.events)
      assert.equal((counter.kinds & isMultiple) !== 0, wanted.isMultiple)
      assert.equal((counter.kinds & hasNulls) !== 0, wanted.hasNulls)
      assert.equal((counter.kinds & hasValues) !== 0, wanted.events > 0)
      const counts = Array.from({ length: counter.valueCount }, (_, i) => {
        return [counter.value(i).toString(), counter.count(i)] as const
      })
      if ((counter.kinds & isListed) !== 0) assert.deepEqual(new Map(counts), wanted.counts)
    }
  })
  fc.assert(property)
})

function counterOf(values: readonly string[]) {
  const lines = values.map(value => `{${head},"a":{"b":${value}}}`)
  const { table, fields } = readFields(lines)
  return fields.counter(table.paths.indexOf('a.b'))
}

test('a field with more values than a frame lists keeps the range of its numbers', () => {
  const many = Array.from({ length: listedMax }, (_, i) => String(i - 1.5))
  assert.equal(counterOf(many).valueCount, listedMax)

  const counter = counterOf([...many, '"x"', '1e3'])
  assert.equal(counter.kinds & isListed, 0)
  assert.equal(counter.valueCount, 0)
  assert.equal(counter.eventCount, listedMax + 2)
  assert.deepEqual([counter.low, counter.high], [-1.5, 1000])
})

test('a long value is not listed, nor are the values beside it', () => {
  const long = JSON.stringify('x'.repeat(listedBytesMax - 2))
  assert.equal(counterOf(['1', long]).valueCount, 2)
  assert.equal(counterOf(['1', `"${long.slice(1)}`.replace('x', 'xx')]).valueCount, 0)
})

test('strings that differ in their escapes only are one value', () => {
  const counter = counterOf(['"a/b"', '"a\\/b"', '"\\u0061/b"'])
  assert.equal(counter.valueCount, 1)
  assert.equal(counter.count(0), 3)
})

test('a run with more paths than the table has room for says so', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `"n${i}":1`)
  const { table, fields } = readFields([`{${head},${names.join(',')}}`, `{${head},"a":1}`])
  assert.equal(table.otherRoots, 'all')
  assert.ok(fields.present.length > 100)
})
