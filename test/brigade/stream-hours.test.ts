import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMicros } from '../../lib/brigade/periods.ts'
import { streamHours } from '../../lib/brigade/stream-hours.ts'
import { lineOrder, parseLine } from '../support/bucket-lines.ts'

const line = fc
  .record({
    quarter: fc.nat(20),
    stream: fc.constantFrom('a', 'a/b', 'b'),
    text: fc.string({ maxLength: 20 }),
  })
  .map(({ quarter, stream, text }) =>
    JSON.stringify({ '@time': (quarter * hourMicros) / 4, '@stream': stream, text }),
  )

test('the bytes of every stream and hour are those of its lines', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), lines => {
      lines.sort(lineOrder)
      const expected: Record<string, number> = {}
      for (const each of lines) {
        const { time, stream } = parseLine(each)
        const key = `${stream} ${Math.floor(time / hourMicros)}`
        expected[key] = (expected[key] ?? 0) + Buffer.byteLength(each) + 1
      }

      const found: Record<string, number> = {}
      const frame = Buffer.from(lines.map(each => `${each}\n`).join(''))
      for (const { stream, hour, sizeBytes } of streamHours(frame)) {
        found[`${stream} ${hour}`] = (found[`${stream} ${hour}`] ?? 0) + sizeBytes
      }

      assert.deepEqual(found, expected)
    }),
    { numRuns: 500 },
  )
})
