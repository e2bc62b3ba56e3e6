import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  epochToMicros,
  formatTime,
  parseInstant,
  parseRfc3339,
  parseTime,
  readUtcTime,
  timeMicrosMax,
} from '../../lib/core/time.ts'

const base = 1_795_132_800_000_000 // 2026-11-20T00:00:00Z

const texts: readonly (readonly [text: string, micros: number | undefined])[] = [
  ['2026-11-20', base],
  ['2026-11-20T00:00:00Z', base],
  ['2026-11-20t00:00:00z', base],
  ['2026-11-20 00:00:00', base],
  ['2026-11-20T00:00', base],
  ['2026-11-20T00:00+01:00', base - 3600e6],
  ['2026-11-20 00:00:00 +0100', base - 3600e6],
  ['2026-11-20 00:00:00.5 UTC', base + 500e3],
  ['2026-11-20 00:00:00GMT', base],
  ['2026-11-20 00:00:00 Z', undefined],
  ['2026-11-20 00:00:00 CET', undefined],
  ['2026-11-20 00:00:00  UTC', undefined],
  ['2026-11-20T00:00:00.1Z', base + 100_000],
  ['2026-11-20T00:00:00,25Z', base + 250_000],
  ['2026-11-20T00:00:00.000001Z', base + 1],
  ['2026-11-20T00:00:00.123456789Z', base + 123_456],
  ['2026-11-20T00:00:00.999999999', base + 999_999],
  ['2026-11-20T02:30:00+02:30', base],
  ['2026-11-20T02:30:00+0230', base],
  ['2026-11-20T02:00:00+02', base],
  ['2026-11-19T19:00:00-05:00', base],
  ['2026-11-20T23:59:60Z', base + 86_400e6],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
  ['2000-02-29', Date.UTC(2000, 1, 29) * 1000],
  ['1970-01-01T00:00:00Z', 0],
  ['1969-12-31T23:00:00-02:00', 3600e6],
  ['2255-06-05T23:47:34.740991Z', timeMicrosMax],
  ['2255-06-05T23:47:34.740992Z', undefined],
  ['1969-12-31T23:59:59Z', undefined],
  ['1970-01-01T00:00:00+01:00', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['0070-01-01T00:00:00Z', undefined],
  ['0099-12-31', undefined],
  ['2300-01-01', undefined],
  ['9999-12-31T23:59:59Z', undefined],
  ['2023-02-29', undefined],
  ['1900-02-29', undefined],
  ['2026-04-31', undefined],
  ['2026-13-01', undefined],
  ['2026-00-10', undefined],
  ['2026-01-00', undefined],
  ['2026-11-20T24:00:00Z', undefined],
  ['2026-11-20T00:60:00Z', undefined],
  ['2026-11-20T00:00:61Z', undefined],
  ['2026-11-20T00:00:00.Z', undefined],
  ['2026-11-20T00:00.5Z', undefined],
  ['2026-11-20T00:00:00.1234567890Z', undefined],
  ['2026-11-20T00:00:00+24:00', undefined],
  ['2026-11-20T00:00:00+00:99', undefined],
  ['2026-11-20T00:00:00+1', undefined],
  ['2026-11-20T00:00:00Zx', undefined],
  ['2026-11-20T', undefined],
  ['2026-11-20X00:00:00', undefined],
  ['2026-11-2', undefined],
  ['2026-1-20T00:00:00Z', undefined],
  ['+026-11-20', undefined],
  ['٢٠٢٦-11-20', undefined],
  ['', undefined],
  ['yesterday', undefined],
]

test('RFC 3339 in its variants becomes exact microseconds, anything else none', () => {
  for (const [text, micros] of texts) assert.equal(parseRfc3339(text), micros, text)
})

const instants: readonly (readonly [text: string, micros: number | bigint | undefined])[] = [
  ['2026-11-20', base],
  ['1969-12-31T23:59:59.999999Z', -1],
  ['1970-01-01T00:00:00+01:00', -3600e6],
  ['1684-07-28T00:12:25.259009Z', -timeMicrosMax],
  ['1684-07-28T00:12:25.259008Z', -9_007_199_254_740_992n],
  ['2255-06-05T23:47:34.740992Z', 9_007_199_254_740_992n],
  ['0000-03-01', -62_162_035_200_000_000n],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
  ['0070-01-01', -59_958_144_000_000_000n],
  ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
  ['1900-02-29', undefined],
  ['9999-13-01', undefined],
]

test('an instant of any year of four digits is exact', () => {
  for (const [text, micros] of instants) assert.equal(parseInstant(text), micros, text)
})

const epochs: readonly (readonly [text: string, micros: number | undefined])[] = [
  ['0', 0],
  ['1738108815', 1_738_108_815_000_000],
  ['1738108815.217753', 1_738_108_815_217_753],
  ['1738108815.2177539', 1_738_108_815_217_753],
  ['1738108815.2', 1_738_108_815_200_000],
  ['1738108815217', 1_738_108_815_217_000],
  ['1738108815217.753', 1_738_108_815_217_753],
  ['1738108815217753', 1_738_108_815_217_753],
  ['1738108815217753.9', 1_738_108_815_217_753],
  ['1738108815217753000', 1_738_108_815_217_753],
  ['1738108815217753999', 1_738_108_815_217_753],
  ['9007199254.740991', timeMicrosMax],
  ['9007199254740991', timeMicrosMax],
  ['9007199254.740992', undefined],
  ['9007199254740992', undefined],
  ['9007199254740993', undefined],
  ['99999999999', undefined],
  ['100000000000', 100_000_000_000_000],
  ['99999999999999', undefined],
  ['100000000000000', 100_000_000_000_000],
  ['100000000000000000', 100_000_000_000_000],
  ['9999999999999999999', undefined],
  ['10000000000000000000', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['1.', undefined],
  ['.5', undefined],
  ['0x10', undefined],
]

test('a number is seconds, ms, µs or ns by its magnitude, exact to the microsecond', () => {
  for (const [text, micros] of epochs) assert.equal(parseTime(text), micros, text)
})

test('an epoch held in a double gives the same microsecond as its text', () => {
  const seconds = fc.integer({ min: 1e14, max: 8e15 })
  fc.assert(
    fc.property(seconds, micros => {
      const text = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
      assert.equal(parseTime(text), micros)
      assert.ok(Math.abs(epochToMicros(Number(text))! - micros) <= 1)
      if (micros < 4e15) assert.equal(epochToMicros(Number(text)), micros)
    }),
  )
  for (const none of [Number.NaN, -1, Infinity, 1e19]) assert.equal(epochToMicros(none), undefined)
})

test('a formatted time has 27 characters and reads back as itself', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), micros => {
      const text = formatTime(micros)
      assert.equal(text.length, 27)
      assert.equal(parseRfc3339(text), micros)
    }),
  )
})

/** What `readUtcTime` says of this text between other bytes. */
function readBetween(text: string): number | undefined {
  const bytes = Buffer.from(`2026${text}2026`)
  return readUtcTime(bytes, 4, bytes.length - 4)
}

test('the common spelling read from bytes is the same time, any other is none', () => {
  const common = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/
  for (const [text, micros] of texts) {
    assert.equal(readBetween(text), common.test(text) ? micros : undefined, text)
  }
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(26), fc.string({ maxLength: 1 }), (micros, at, other) => {
      const text = formatTime(micros)
      assert.equal(readBetween(text), micros)
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      assert.equal(readBetween(changed), common.test(changed) ? parseRfc3339(changed) : undefined)
    }),
    { numRuns: 2000 },
  )
})
