import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { linesOf } from '../../../bench/recall.ts'
import { needleAt } from '../../../bench/years/needles.ts'
import { nowMicros, periods } from '../../../bench/years/periods.ts'
import { SkeletonPeriod } from '../../../bench/years/skeleton-period.ts'
import { NotMade, SkeletonStore } from '../../../bench/years/skeleton-store.ts'
import { openArchive } from '../../../lib/archive.ts'

const needle = needleAt(nowMicros - 90e6, { values: { traceId: 'cafe0815f00d' } })
const last = periods.length - 1
const lastHour = new SkeletonPeriod(periods[last]!, last, { needles: [needle], everywhere: [] })
const store = new SkeletonStore([lastHour])

describe('the skeleton of seven years', () => {
  test('an id that was planted is found, an id that was not is not', async () => {
    const archive = await openArchive({ store })

    const found = archive.search({ query: 'traceId:cafe0815f00d' })
    const lines = await linesOf(found)
    const missed = archive.search({ query: 'traceId:0ddba11' })

    assert.equal(lines.length, 1)
    assert.deepEqual([...found.end().warnings, ...found.end().damage], [])
    assert.deepEqual(await linesOf(missed), [])
    assert.equal(missed.end().receipt.requests.get, 2)
  })

  test('the same page always has the same bytes', () => {
    assert.deepEqual(lastHour.pages.page(5), lastHour.pages.page(5))
    assert.notDeepEqual(lastHour.pages.page(5), lastHour.pages.page(6))
  })

  test('whoever asks for more than was made is told so', async () => {
    const { key } = lastHour.rollup.index!
    const halfAPage = { start: 0, end: lastHour.pages.shape.pageBytes / 2 }

    await assert.rejects(store.get(key, { range: halfAPage }), NotMade)
    await assert.rejects(store.get('buckets/other/000000.zst'), NotMade)
  })
})
