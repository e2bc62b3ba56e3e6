import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { skipValue } from '../../lib/bytes/json.ts'
import { Kernel } from '../../lib/bytes/kernel.ts'
import { kernelModule } from '../../scripts/build-kernel.ts'
import { jsonValue, space } from '../support/json-spelling.ts'

const kernel = new Kernel()
const textsAt = Kernel.memoryStart
const bytesAt = 4096

test('the kernel is what its source compiles to', async () => {
  const shipped = readFileSync(new URL('../../lib/bytes/kernel-bytes.ts', import.meta.url), 'utf8')

  assert.equal(shipped, await kernelModule())
})

test('a text is found where it first lies, in either case', () => {
  const letters = fc.constantFrom('a', 'A', 'b', '@', '`', '.', 'é')
  const texts = fc.string({ unit: letters, maxLength: 80 })
  const wanted = fc.string({ unit: letters, minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(texts, wanted, fc.nat(40), fc.nat(3), fc.nat(3), (text, part, start, i, j) => {
      const bytes = Buffer.from(text, 'latin1')
      const needle = Buffer.from(part.toLowerCase(), 'latin1')
      const from = Math.min(start, bytes.length)

      const found = findText(bytes, from, needle, i % needle.length, j % needle.length)

      const expected = lower(bytes).indexOf(lower(needle), from)
      assert.equal(found, expected < 0 ? bytes.length : expected)
    }),
    { numRuns: 5000 },
  )
})

/** What lies behind the bytes looks like more of them. */
function findText(bytes: Buffer, start: number, needle: Buffer, rare: number, other: number) {
  const memory = kernel.reserve(bytesAt + bytes.length)
  const cases = needle.map(byte => (byte >= 0x61 && byte <= 0x7a ? 0x20 : 0))
  Buffer.concat([needle, cases]).copy(memory, textsAt)
  const end = bytesAt + bytes.length
  bytes.copy(memory, bytesAt)
  needle.copy(memory, end)
  const found = kernel.run.findText(bytesAt + start, end, textsAt, needle.length, rare, other)
  return found - bytesAt
}

function lower(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map(byte => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)))
}

test('an exponent is found where a digit, an e and a digit or a sign first lie', () => {
  const letters = fc.constantFrom('1', '9', 'e', 'E', '+', '-', '.', '/', ':', 'a')
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 60 }), fc.nat(40), (text, start) => {
      const from = Math.min(start, text.length)
      const memory = kernel.reserve(bytesAt + text.length + 1)
      memory.write(`${text}1`, bytesAt, 'latin1')

      const end = bytesAt + text.length
      const found = kernel.run.findExponent(bytesAt + from, end) - bytesAt

      const place = text.slice(from).search(/\de[-+\d]/i)
      assert.equal(found, place < 0 ? text.length : from + place)
    }),
    { numRuns: 5000 },
  )
})

const object = fc
  .array(fc.tuple(space, fc.json({ maxDepth: 1 }), space, jsonValue, space), { maxLength: 4 })
  .map(parts => parts.map(([a, name, b, value, c]) => `${a}${quoted(name)}${b}:${value}${c}`))
  .map(members => `{${members.join(',')}}`)

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 20))
}

test('an object ends, or is faulty, where the scanner says so', () => {
  const letters = '{}[]",:\\u0019.-+eE tfnrl\n\r\t\u0001\u00e9'.split('')
  const mutation = fc.record({
    at: fc.nat(90),
    removed: fc.nat(3),
    added: fc.string({ unit: fc.constantFrom(...letters), maxLength: 2 }),
  })
  let refused = 0
  fc.assert(
    fc.property(object, fc.array(mutation, { maxLength: 2 }), fc.nat(20), (text, changes, cut) => {
      let changed = text
      for (const { at, removed, added } of changes) {
        const start = at % (changed.length + 1)
        changed = changed.slice(0, start) + added + changed.slice(start + removed)
      }
      const bytes = Buffer.from(`{${changed.slice(1)}`)
      const end = cut > 15 ? Math.min(cut, bytes.length) : bytes.length

      const found = readObject(bytes, end)

      const expected = skipValue(bytes, 0, end)
      if (expected < 0) refused++
      assert.equal(found, expected, `${end} bytes of ${bytes}`)
    }),
    { numRuns: 10_000 },
  )
  assert.ok(refused > 2000, `only ${refused} were refused`)
})

function readObject(bytes: Buffer, end: number, lengths = 0): number {
  const memory = kernel.reserve(bytesAt + 8 * bytes.length)
  bytes.copy(memory, bytesAt)
  const notes = bytesAt + bytes.length
  const stop = kernel.run.readObject(bytesAt, bytesAt + end, lengths, notes)
  return stop < 0 ? ~(~stop - bytesAt) : stop - bytesAt
}

test('nesting is read to the limit of the scanner', () => {
  for (const depth of [254, 255, 256, 257, 10_000]) {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const inside = `${open.repeat(depth)}1${close.repeat(depth)}`
      const bytes = Buffer.from(`{"a":${inside}}`)
      assert.equal(readObject(bytes, bytes.length), skipValue(bytes, 0, bytes.length))
    }
  }
})

test('members whose names have a length of interest or a backslash are noted', () => {
  const bytes = Buffer.from('{ "ab" : 1 ,"abc":[{"ab":2}],"\\u0061bcd":"x","":{},"ab":"y" }')

  readObject(bytes, bytes.length, 0b101)

  const notes = bytesAt + bytes.length
  const memory = kernel.reserve(notes)
  const noted: string[][] = []
  for (let at = notes; at < kernel.run.endOfNotes(); at += 24) {
    const [name = 0, nameEnd = 0, value = 0, valueEnd = 0, next = 0, isEscaped = 0] = [
      0, 4, 8, 12, 16, 20,
    ].map(i => memory.readInt32LE(at + i))
    const follows = next === 0 ? '' : memory.toString('utf8', next, next + 3)
    noted.push([
      memory.toString('utf8', name, nameEnd),
      `${memory.subarray(value, valueEnd)}`,
      follows,
      String(isEscaped),
    ])
  }
  assert.deepEqual(noted, [
    ['"ab"', '1', '"ab', '0'],
    ['"\\u0061bcd"', '"x"', '"":', '1'],
    ['""', '{}', '"ab', '0'],
    ['"ab"', '"y"', '', '0'],
  ])
})
