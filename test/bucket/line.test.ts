import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  compareLines,
  LineWalker,
  lineHeadBytesMax,
  sameEvent,
  streamMember,
  writeLineHead,
} from '../../lib/bucket/line.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { lineOrder, parseLine, storedLine } from '../support/bucket-lines.ts'
import { assertCorrupt } from '../support/corrupt.ts'

function walkerAt(line: string): LineWalker {
  const walker = new LineWalker(Buffer.from(`${line}\n`))
  assert.ok(walker.next())
  return walker
}

const someLines = fc.array(storedLine, { maxLength: 20 })

test('a walker tells of every line its time, stream and id', () => {
  fc.assert(
    fc.property(someLines, lines => {
      const walker = new LineWalker(Buffer.from(lines.map(line => `${line}\n`).join('')))
      for (const line of lines) {
        assert.ok(walker.next())
        const { time, stream, id } = parseLine(line)
        assert.equal(walker.bytes.toString('utf8', walker.start, walker.end), line)
        assert.equal(walker.timeMicros, time)
        assert.equal(walker.stream, stream)
        assert.equal(walker.hasId, id !== undefined)
        if (id !== undefined) {
          const spelled = walker.bytes.toString('utf8', walker.restStart, walker.idEnd)
          assert.equal(spelled, `,"@id":${JSON.stringify(id)}`)
        }
      }
      assert.equal(walker.next(), false)
    }),
  )
})

test('lines are ordered by stream, time and the bytes behind', () => {
  fc.assert(
    fc.property(storedLine, storedLine, (a, b) => {
      const order = compareLines(walkerAt(a), walkerAt(b))
      assert.equal(Math.sign(order), Math.sign(lineOrder(a, b)))
    }),
    { numRuns: 500 },
  )
})

test('two lines are the same event when stream, time and @id agree, and never without @id', () => {
  let same = 0
  fc.assert(
    fc.property(storedLine, storedLine, fc.boolean(), (a, other, sameHead) => {
      const b = sameHead ? a.replace(/}$/, ',"more":1}') : other
      const [left, right] = [parseLine(a), parseLine(b)]
      const expected =
        left.id !== undefined &&
        left.id === right.id &&
        left.time === right.time &&
        left.stream === right.stream
      if (expected) same++
      assert.equal(sameEvent(walkerAt(a), walkerAt(b)), expected)
    }),
    { numRuns: 1000 },
  )
  assert.ok(same > 100, `only ${same} pairs were the same event`)
})

test('a line head is the time and the stream as JSON writes them', () => {
  const times = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(9, 10, 99_999_999, 1e8, 1e15))
  fc.assert(
    fc.property(times, fc.constantFrom('a', 'user/4711', 'x'.repeat(200)), (time, stream) => {
      const member = streamMember(stream)
      const out = Buffer.alloc(1 + lineHeadBytesMax + member.length)
      const end = writeLineHead(out, 1, time, member)
      const expected = JSON.stringify({ '@time': time, '@stream': stream }).slice(0, -1)
      assert.equal(out.toString('latin1', 1, end), expected)
    }),
    { numRuns: 500 },
  )
})

test('a walker reads the largest time and the stream of a line', () => {
  const walker = walkerAt(`{"@time":${Number.MAX_SAFE_INTEGER},"@stream":"user/4711"}`)

  assert.equal(walker.timeMicros, Number.MAX_SAFE_INTEGER)
  assert.equal(walker.stream, 'user/4711')
  assert.equal(walker.restStart, walker.end - 1)
})

test('bytes that are no line are corrupt, and nothing else is thrown', () => {
  const broken = ['', '{}', '{"@time":1', '{"@time":1,"@stream":"a', '{"@time":"1","@stream":"a"}']
  for (const text of broken) assertCorrupt(() => walkerAt(text), text)
  assertCorrupt(() => new LineWalker(Buffer.from('{"@time":1,"@stream":"a"}')).next(), 'no newline')
  fc.assert(
    fc.property(storedLine, fc.nat(60), fc.nat(255), (line, at, byte) => {
      const bytes = Buffer.from(`${line}\n${line}\n`)
      bytes[at % bytes.length] = byte
      const walker = new LineWalker(bytes)
      try {
        while (walker.next()) assert.ok(walker.idEnd <= walker.end + 1)
      } catch (fault) {
        assert.ok(fault instanceof ArchiveError && fault.code === 'corrupt', String(fault))
      }
    }),
    { numRuns: 1000 },
  )
})
