import assert from 'node:assert/strict'
import { test } from 'node:test'
import { archiveBill } from '../../lib/operate/cost/archive-bill.ts'
import { measuredLogs } from '../../lib/operate/cost/measured.ts'
import { peerBills } from '../../lib/operate/cost/peer-bills.ts'
import { amountsOf, checkWorkload, type Workload } from '../../lib/operate/cost/workload.ts'
import { standardDollars } from '../../lib/store/prices.ts'

const { rawOverStored } = measuredLogs.api

/** 1 GB a day. */
const small: Workload = {
  eventsPerSecond: 1e9 / 86_400 / 1000,
  eventBytes: 1000,
  years: 2,
  questionsPerDay: {},
  logs: 'api',
  writers: 1,
  flushSeconds: 60,
  batchBytes: 1e6,
  isDirect: false,
}

test('storage is paid by its steps', () => {
  assert.equal(standardDollars(1e12).toFixed(2), '23.00')
  assert.equal(standardDollars(60e12).toFixed(2), '1370.00')
  assert.equal(standardDollars(600e12).toFixed(2), '13150.00')
})

test('what is stored grows with the years, what is asked with the questions', () => {
  const [first, last] = [lines(small, 1 / 12), lines(small, 2)]
  const asked = lines({ ...small, questionsPerDay: { id: 100 } }, 2)

  assertNear(last['storage of buckets'], (730 / rawOverStored) * 0.023)
  assertNear(last['storage of buckets'], first['storage of buckets']! * 24)
  assert.equal(last['requests of the brigade'], first['requests of the brigade'])
  assert.equal(last['requests of questions'], 0)
  // 24 months, 30 days, 24 hours, and 4 more GETs; and one LIST.
  assertNear(asked['requests of questions'], (36_500 / 12) * (82 * 0.4e-6 + 5e-6))
})

test('a writer sends at the latest when its batch is full, and nothing when it has nothing', () => {
  const batches = (changes: Partial<Workload>) => amountsOf({ ...small, ...changes }).batches
  const month = (365 / 12) * 86_400

  assertNear(batches({}), month / 60)
  assertNear(batches({ writers: 3 }), month / 20)
  assertNear(batches({ eventsPerSecond: 10_000 }), month * 10)
  assertNear(batches({ eventsPerSecond: 0.001 }), month * 0.001)
})

test('who uses the library pays for no API and no function', () => {
  const direct = lines({ ...small, isDirect: true }, 1)

  assert.equal(direct['API and its log'], 0)
  assert.equal(direct['Lambda of appends'], 0)
  assert.equal(direct['requests of appends'], lines(small, 1)['requests of appends'])
})

test('a colder class takes what is old enough, and its moves and reads are paid', () => {
  const cold = { storageClass: 'glacier-ir', afterDays: 365 } as const
  const moved = lines({ ...small, cold, questionsPerDay: { events: 10 } }, 2)

  assertNear(moved['storage of buckets'], (365 / rawOverStored) * 0.023)
  assertNear(moved['storage in glacier-ir'], (365 / rawOverStored) * 0.004)
  assertNear(moved['moves and reads in glacier-ir'], 0.73 * 0.02 + (3650 / 12) * 0.042 * 0.03)
  assert.ok(!('storage in glacier-ir' in lines({ ...small, cold }, 0.5)))
})

test('peers are reckoned as docs/cost.md says', () => {
  const bills = peerBills({ ...small, questionsPerDay: { id: 12 / 365 } })
  const [cloudWatch, athena, openSearch, quickwit] = bills.map(bill =>
    bill.lines.map(line => line.dollars),
  )

  assertAllNear(cloudWatch, [(365 / 12) * 0.5, 730 * 0.15 * 0.03, 730 * 0.005])
  assertAllNear(athena, [0, (730 / 7.2) * 0.023, (730 / 7.2) * 0.005])
  assertAllNear(openSearch, [0, 30 * 2.9 * 0.1 + 700 * 1.1 * 0.024, 0])
  assertAllNear(quickwit, [(365 / 12) * 0.002, (730 / 5.4) * 0.023, 73 * 4 * 0.4e-6])
  assert.deepEqual(
    peerBills({ ...small, logs: 'web' }).map(({ name }) => name),
    ['CloudWatch Logs', 'OpenSearch', 'Quickwit'],
  )
  const timelines = peerBills({ ...small, questionsPerDay: { timeline: (24 * 12) / 365 } })
  assert.deepEqual(
    timelines.map(({ lines }) => lines[2]!.dollars.toPrecision(4)),
    ['0.000', (0.005 / 7.2).toPrecision(4), '0.000', (24 * 4 * 0.4e-6).toPrecision(4)],
  )
})

const impossible: readonly [changes: Partial<Workload>, fault: RegExp][] = [
  [{ eventsPerSecond: 1e10 }, /events per second is 10000000000, expected more than 0 and at most/],
  [{ eventBytes: 2 ** 21 }, /event bytes is 2097152, expected .* at most 1048576/],
  [{ years: 101 }, /years is 101/],
  [{ batchBytes: 5e6 }, /batch bytes over HTTP is 5000000, expected .* at most 4500000/],
  [{ batchBytes: 1e8, isDirect: true }, /batch bytes is 100000000, expected .* at most 67108864/],
  [{ batchBytes: 500 }, /event bytes is 1000, expected at most those of a batch, 500/],
  [{ flushSeconds: 1e6 }, /seconds between batches is 1000000/],
  [
    { cold: { storageClass: 'standard-ia', afterDays: 730 } },
    /moving after 730 days moves nothing that is kept 2 years/,
  ],
]
for (const [changes, fault] of impossible) {
  test(`a workload is refused: ${fault.source}`, () => {
    assert.throws(() => checkWorkload({ ...small, ...changes }), fault)
  })
}

test('a large batch is fine for who uses the library', () => {
  checkWorkload({ ...small, batchBytes: 5e6, isDirect: true })
})

function lines(workload: Workload, keptYears: number): Record<string, number> {
  const bill = archiveBill(workload, keptYears)
  return Object.fromEntries(bill.map(({ what, dollars }) => [what, dollars]))
}

function assertNear(found: number | undefined, expected: number): void {
  assert.ok(Math.abs(found! / expected - 1) < 1e-6, `${found} is not ${expected}`)
}

function assertAllNear(found: readonly number[] | undefined, expected: readonly number[]): void {
  for (const [i, each] of expected.entries()) {
    if (each === 0) assert.equal(found?.[i], 0)
    else assertNear(found?.[i], each)
  }
}
