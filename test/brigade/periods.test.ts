import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { choosePeriods, hourMicros } from '../../lib/brigade/periods.ts'
import { formatTime, parseRfc3339 } from '../../lib/core/time.ts'

const hourOf = (text: string) => parseRfc3339(text)! / hourMicros

/** Sizes by hour; the periods as `start/end`, to the minute. */
function periods(sizes: Record<string, number>, wantedBytes: number, narrowestHours = 1): string[] {
  const byHour = new Map(Object.entries(sizes).map(([time, bytes]) => [hourOf(time), bytes]))
  return choosePeriods(byHour, wantedBytes, narrowestHours * hourMicros).map(
    ({ startMicros, endMicros }) => `${brief(startMicros)}/${brief(endMicros)}`,
  )
}

function brief(micros: number): string {
  return formatTime(micros).slice(0, 13).replace(/T00$/, '').replace(/-01$/, '').replace(/-01$/, '')
}

test('a span that holds little is one year, one that holds much is cut as far as needed', () => {
  assert.deepEqual(periods({}, 10), [])
  assert.deepEqual(periods({ '2024-02-29T13:00': 10 }, 10), ['2024/2025'])
  assert.deepEqual(periods({ '2024-02-29T13:00': 11 }, 10), ['2024-02-29T13/2024-02-29T14'])
  assert.deepEqual(periods({ '2024-12-31T23:00': 6, '2025-01-01': 6 }, 10), [
    '2024/2025',
    '2025/2026',
  ])
  assert.deepEqual(periods({ '2024-01-05': 6, '2024-02-05': 6 }, 10), [
    '2024/2024-02',
    '2024-02/2024-03',
  ])
  assert.deepEqual(periods({ '2023-12-05': 6, '2023-12-06': 6 }, 10), [
    '2023-12-05/2023-12-06',
    '2023-12-06/2023-12-07',
  ])
  assert.deepEqual(periods({ '2023-12-05T01:00': 1, '2023-12-05T23:00': 99 }, 10), [
    '2023-12-05T01/2023-12-05T02',
    '2023-12-05T23/2023-12-06',
  ])
})

test('no period is narrower than the policy’s', () => {
  const sizes = { '2024-02-05T01:00': 99, '2024-02-05T02:00': 99, '2024-03-01': 1 }

  assert.deepEqual(periods(sizes, 10, 24), ['2024-02-05/2024-02-06', '2024-03/2024-04'])
  assert.deepEqual(periods(sizes, 10, 24 * 31), ['2024-02/2024-03', '2024-03/2024-04'])
  assert.deepEqual(periods(sizes, 10, 24 * 366), ['2024/2025'])
})

const anyHour = fc.integer({ min: 0, max: 2_500_000 })
const closeHour = fc.integer({ min: 450_000, max: 452_000 })
const someSizes = fc
  .array(fc.tuple(fc.oneof(anyHour, closeHour, closeHour), fc.nat(20)), { maxLength: 60 })
  .map(entries => new Map(entries))

test('every hour with data lies in exactly one period, a whole calendar one', () => {
  fc.assert(
    fc.property(someSizes, fc.nat(60), (sizes, wantedBytes) => {
      const periods = choosePeriods(sizes, wantedBytes, hourMicros)
      let end = 0
      for (const period of periods) {
        assert.ok(period.startMicros >= end, 'ascending, without overlap')
        end = period.endMicros
        assert.ok(widthOf(period) !== undefined, brief(period.startMicros))
      }
      for (const hour of sizes.keys()) {
        const around = periods.filter(period => {
          return (
            period.startMicros <= hour * hourMicros && (hour + 1) * hourMicros <= period.endMicros
          )
        })
        assert.equal(around.length, 1)
      }
    }),
    { numRuns: 300 },
  )
})

test('a period is as wide as can be without holding more than is wanted', () => {
  fc.assert(
    fc.property(someSizes, fc.nat(60), (sizes, wantedBytes) => {
      const bytesIn = (start: number, end: number) =>
        [...sizes]
          .filter(([hour]) => hour * hourMicros >= start && hour * hourMicros < end)
          .reduce((sum, [, bytes]) => sum + bytes, 0)
      for (const { startMicros, endMicros } of choosePeriods(sizes, wantedBytes, hourMicros)) {
        const width = widthOf({ startMicros, endMicros })!
        assert.ok(width === 'hour' || bytesIn(startMicros, endMicros) <= wantedBytes)
        if (width === 'year') continue
        const date = new Date(startMicros / 1000)
        const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
        const around = {
          month: [Date.UTC(year, 0), Date.UTC(year + 1, 0)],
          day: [Date.UTC(year, month), Date.UTC(year, month + 1)],
          hour: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
        }[width] as [number, number]
        assert.ok(bytesIn(around[0] * 1000, around[1] * 1000) > wantedBytes)
      }
    }),
    { numRuns: 300 },
  )
})

type Width = 'year' | 'month' | 'day' | 'hour'

function widthOf(period: { startMicros: number; endMicros: number }): Width | undefined {
  const start = new Date(period.startMicros / 1000)
  const fields = [start.getUTCMonth(), start.getUTCDate() - 1, start.getUTCHours()]
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()]
  const endMillis = period.endMicros / 1000
  if (!fields.some(Boolean) && endMillis === Date.UTC(year + 1, 0)) return 'year'
  if (!fields.slice(1).some(Boolean) && endMillis === Date.UTC(year, month + 1)) return 'month'
  if (!fields[2] && endMillis === start.getTime() + 24 * 3600e3) return 'day'
  const isHour = start.getTime() % 3600e3 === 0 && endMillis === start.getTime() + 3600e3
  return isHour ? 'hour' : undefined
}
