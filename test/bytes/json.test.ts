import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonDepthMax, skipSpace, skipValue } from '../../lib/bytes/json.ts'
import { jsonValue, space } from '../support/json-spelling.ts'

/** Whether the scanner takes all of the text for one value. */
function accepts(bytes: Buffer): boolean {
  const start = skipSpace(bytes, 0, bytes.length)
  const end = skipValue(bytes, start, bytes.length)
  return end >= 0 && skipSpace(bytes, end, bytes.length) === bytes.length
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const spaced = fc.tuple(space, jsonValue, space).map(parts => parts.join(''))

test('the scanner accepts every spelling of JSON', () => {
  fc.assert(
    fc.property(spaced, text => {
      assert.ok(isJson(text))
      assert.ok(accepts(Buffer.from(text)), text)
    }),
    { numRuns: 500 },
  )
})

test('the scanner accepts a changed text exactly when JSON.parse does', () => {
  const letters = '{}[]",:\\u0019.-+eE tfnrl\n\r\t\u0001\u00e9'.split('')
  const mutation = fc.record({
    at: fc.nat(60),
    removed: fc.nat(2),
    added: fc.string({ unit: fc.constantFrom(...letters), maxLength: 2 }),
  })
  let refused = 0
  fc.assert(
    fc.property(spaced, fc.array(mutation, { minLength: 1, maxLength: 3 }), (text, mutations) => {
      let changed = text
      for (const { at, removed, added } of mutations) {
        const start = at % (changed.length + 1)
        changed = changed.slice(0, start) + added + changed.slice(start + removed)
      }
      // What stands here for a lone surrogate is another character in both.
      changed = changed.toWellFormed()
      if (!isJson(changed)) refused++
      assert.equal(accepts(Buffer.from(changed)), isJson(changed), changed)
    }),
    { numRuns: 3000 },
  )
  assert.ok(refused > 500, `only ${refused} texts were none`)
})

test('short texts of JSON characters are judged as JSON.parse does', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u01-+.eE truefalsn'), maxLength: 7 })
  fc.assert(
    fc.property(text, text => {
      assert.equal(accepts(Buffer.from(text)), isJson(text), text)
    }),
    { numRuns: 5000 },
  )
})

const awkward = [
  '01', '-', '-01', '1.', '.1', '1e', '1e+', '+1', '0x1', 'NaN', 'Infinity', "'a'", '"\\x41"',
  '"\\u12g4"', '"\\u123', '"\\', '"\t"', '[1,]', '[,1]', '{"a":1,}', '{,}', '{"a"}', '{"a":}',
  '{a:1}', '{"a" 1}', '[1 2]', '[}', '{]', 'tru', 'nulll', '"a', '', ' ', '1 1', '\ufeff1', '/**/1',
] // biome-ignore format: a table

test('what JSON forbids is refused', () => {
  for (const text of awkward) assert.equal(accepts(Buffer.from(text)), false, text)
})

test('nesting is accepted to the limit and refused beyond, however deep', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const nested = (depth: number) => {
      return Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`)
    }
    assert.ok(accepts(nested(jsonDepthMax)))
    assert.equal(accepts(nested(jsonDepthMax + 1)), false)
    assert.equal(accepts(nested(200_000)), false)
  }
})

test('the scanner never looks beyond the end it is given', () => {
  fc.assert(
    fc.property(jsonValue, text => {
      const bytes = Buffer.from(text)
      for (let end = 0; end < bytes.length; end++) {
        const cut = skipValue(Buffer.from(bytes.subarray(0, end)), 0, end)
        assert.equal(skipValue(bytes, 0, end), cut)
        assert.ok(cut < 0 ? ~cut <= end : cut <= end)
      }
    }),
    { numRuns: 50 },
  )
})
