import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Member } from '../../lib/brigade/member.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { formatTime } from '../../lib/core/time.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import type { Receipt } from '../../lib/read/question.ts'
import { allAnswers } from '../support/all-answers.ts'
import { appendBatch, setPolicies } from '../support/brigade-place.ts'
import { flipping } from '../support/damaged-store.ts'
import { type Fate, farReaderOf, testFleet } from '../support/far-fleet.ts'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'
import { makePlace, testStartMicros } from '../support/workplace.ts'

const fates = fc.array(
  fc.constantFrom<Fate>('done', 'done', 'refused', 'failed', 'closed', 'garbled', 'cut'),
  { minLength: 1 },
)
const partSizes = fc.record({
  scanPartBytesMax: fc.constantFrom(1, 300, 3000),
  scanReplyBytesMax: fc.constantFrom(1, 200, 100_000),
  scanCallsMax: fc.integer({ min: 1, max: 4 }),
  heavyBytesMin: fc.constantFrom(0, 200),
})

test('whatever becomes of its calls, every question has the answer it has without', async () => {
  const inputs = [archiveShapes, questions, readerSettings, partSizes, fates] as const
  let calls = 0
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, question, settings, sizes, fate) => {
      const { store } = await makeArchive(shape)
      const made = testFleet(store, sizes, call => fate[call % fate.length]!)
      const reader = farReaderOf(store, made, { ...settings, ...sizes })

      const found = await linesOf(reader.search(question))
      const { count } = await reader.count(question)
      const { intervals } = await reader.histogram({ ...question, interval: 'minute' })
      const { values } = await reader.values({ ...question, field: 'n' })

      const expected = expectedOf(shape, question).map(each => each.line)
      assert.deepEqual(found, expected)
      assert.equal(count, expected.length)
      const alone = readerOf(store)
      const asked = { ...question, interval: 'minute' } as const
      assert.deepEqual(intervals, (await alone.histogram(asked)).intervals)
      assert.deepEqual(values, (await alone.values({ ...question, field: 'n' })).values)
      calls += made.orders.length
    }),
    { numRuns: 150 },
  )
  assert.ok(calls > 150, `${calls} calls`)
})

test('masks, runs, roll-ups and a tail: all answers are those of a reader without', async () => {
  const place = makePlace({ rollupPartsMin: 2 })
  const sizes = { bucketSizeBytes: 16_384, frameSizeBytes: 2048 }
  await setPolicies(place, [{ ...logPolicy, ...sizes }])
  for (const day of [-3, -2, -1, 0]) {
    const micros = testStartMicros + day * 86400e6
    for (const hour of [0, 1]) await appendBatch(place, linesAt(micros + hour * 3600e6))
    place.clock.advance(1000)
    if (day < 0) await new Member(place).once()
  }
  await putMask(place, { erasureId: 'e1', selection: { query: 'word:w3' } })
  await putMask(place, { erasureId: 'e2', selection: { stream: 'web/1', query: 'n:2' } })

  const made = testFleet(place.store, { scanPartBytesMax: 4000 })
  const far = await allAnswers(farReaderOf(place.store, made, { scanPartBytesMax: 4000 }), {
    term: 'w1*',
  })

  assert.deepEqual(far, await allAnswers(readerOf(place.store), { term: 'w1*' }))
  assert.ok(made.orders.some(order => order.includes('"word:w3"')))
  assert.ok(made.orders.some(order => order.includes('"headsOnly":true')))
})

test('damage is the same as without, wherever the byte is', async () => {
  const { maker, key } = await framesOf(5)
  const { length } = (await maker.store.get(key))!.bytes
  for (let position = 0; position < length; position += 3) {
    const store = flipping(maker.store, key, position)
    const alone = readerOf(store).search({ query: 'even' })
    const helped = farReaderOf(store, testFleet(store)).search({ query: 'even' })

    assert.deepEqual(await linesOf(helped), await linesOf(alone), `byte ${position}`)
    assert.deepEqual(helped.end().damage, alone.end().damage, `byte ${position}`)
  }
})

test('a question is heavy once enough was looked through, and a short one grows', async () => {
  const { maker } = await framesOf(400)
  const ask = async (heavyBytesMin: number, limit?: number) => {
    const changes = { heavyBytesMin, scanPartBytesMax: 3000, mergedRangeBytesMax: 3000 }
    const made = testFleet(maker.store, changes)
    const reader = farReaderOf(maker.store, made, { ...changes, fleetFramesMin: 0 })
    const lines = await linesOf(reader.search({ query: 'even', ...(limit && { limit }) }))
    return { lines, orders: made.orders }
  }

  assert.equal((await ask(1e9)).orders.length, 0)
  assert.equal((await ask(3000, 3)).orders.length, 0)
  const short = await ask(3000, 190)
  const long = await ask(3000)

  assert.equal(short.lines.length, 190)
  assert.equal(long.lines.length, 200)
  assert.ok(short.orders.length > 0 && long.orders.length > 0)
  assert.deepEqual(short.lines, long.lines.slice(0, 190))
})

test('where the account has room for few calls, no more are made at once', async () => {
  const { maker } = await framesOf(300)
  const made = testFleet(maker.store, {}, (_, running) => (running > 3 ? 'refused' : 'done'))
  const hits = farReaderOf(maker.store, made).search({ query: 'even' })

  assert.equal((await linesOf(hits)).length, 150)

  const { scans } = hits.end().receipt
  assert.ok(scans!.calls > 10)
  assert.ok(made.orders.length > scans!.calls, 'refused calls are not paid for')
})

test('where there is no room at all the fleet rests, and nobody is told', async () => {
  const { maker } = await framesOf(100)
  const made = testFleet(maker.store, { scanCallsMax: 1 }, () => 'refused')
  const reader = farReaderOf(maker.store, made, { scanCallsMax: 1 })
  const hits = reader.search({ query: 'even' })

  assert.equal((await linesOf(hits)).length, 50)
  assert.equal(made.orders.length, 3)
  assert.equal(made.fleet.isReady, false)
  assert.deepEqual([hits.end().warnings, hits.end().receipt.scans], [[], undefined])

  await linesOf(reader.search({ query: 'even' }))
  assert.equal(made.orders.length, 3)
})

test('a function that is not there or breaks is named in one warning', async () => {
  const { maker } = await framesOf(100)
  const texts = { closed: /the scan function: it is closed/, failed: /the scan function: it broke/ }
  for (const [fate, text] of Object.entries(texts)) {
    const made = testFleet(maker.store, {}, () => fate as Fate)
    const hits = farReaderOf(maker.store, made).search({ query: 'even' })

    assert.equal((await linesOf(hits)).length, 50)

    const { warnings, complete } = hits.end()
    assert.deepEqual([warnings.length, complete], [1, true])
    assert.match(warnings[0]!.detail, text)
  }
})

test('the slowest of a wave are asked a second time, and both are paid for', async () => {
  const { maker } = await framesOf(300)
  const lost = new Set([5, 9])
  const made = testFleet(maker.store, {}, call => (lost.has(call) ? 'lost' : 'done'))
  const hits = farReaderOf(maker.store, made).search({ query: 'even' })

  assert.equal((await linesOf(hits)).length, 150)

  const repeated = made.orders.length - new Set(made.orders).size
  assert.equal(repeated, 2)
  assert.equal(hits.end().receipt.scans!.calls, made.orders.length)
})

test('a reply that never comes is a failure, in time', async () => {
  const { maker } = await framesOf(10)
  const clock = { nowMicros: () => 0, sleep: async () => undefined }
  const made = testFleet(maker.store, {}, () => 'lost', clock)
  const hits = farReaderOf(maker.store, made).search({ query: 'even' })

  assert.equal((await linesOf(hits)).length, 5)
  assert.match(hits.end().warnings[0]!.detail, /no reply within \d+ ms/)
})

test('a question that is no longer wanted leaves no call behind', async () => {
  const { maker } = await framesOf(100)
  const made = testFleet(maker.store, {}, () => 'lost')
  const stop = new AbortController()
  const hits = farReaderOf(maker.store, made).search({ query: 'even', signal: stop.signal })

  const read = linesOf(hits)
  while (made.running < 10) await new Promise(resolve => setImmediate(resolve))
  stop.abort(new Error('enough'))

  await assert.rejects(read, /enough/)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(made.running, 0)
})

test('an answer ends early without the rest of the archive', async () => {
  const { maker } = await framesOf(2000)
  const sizes = { scanPartBytesMax: 1e6, mergedRangeBytesMax: 1e6, mergeGapBytes: 0 }
  const changes = { ...sizes, heavyBytesMin: 1000, cacheBytes: 0 }
  const made = testFleet(maker.store, changes)
  const reader = farReaderOf(maker.store, made, changes)

  const hits = reader.search({ query: 'even', limit: 100 })
  assert.equal((await linesOf(hits)).length, 100)
  const all = await reader.count({ query: 'even' })

  const { bytesRead, scans } = hits.end().receipt
  assert.ok(scans!.calls > 0)
  const [framesBytes, sparedBytes] = [2000 * 60, all.receipt.bytesRead - bytesRead]
  assert.ok(sparedBytes > framesBytes * 0.6, `${sparedBytes} of ${framesBytes}`)
})

test('no answer passes its budget with calls either, and what they cost is in it', async () => {
  const { maker } = await framesOf(300)
  const made = testFleet(maker.store)
  const reader = farReaderOf(maker.store, made)
  const whole = await reader.count({ query: 'even' })
  const { scans, dollars, requests } = whole.receipt
  assert.ok(dollars > requests.get * 0.0000004 + scans!.calls * 0.0000002)
  const { bound } = await reader.explain({ question: 'count', query: 'even' })
  assert.ok(bound.dollars >= dollars, `${bound.dollars} for ${dollars}`)

  for (const share of [0.1, 0.3, 0.6, 0.9]) {
    const budgets: readonly (keyof Receipt | 'gets')[] = ['bytesRead', 'dollars', 'gets']
    for (const limit of budgets) {
      const maxBytes = limit === 'bytesRead' ? whole.receipt.bytesRead * share : undefined
      const maxDollars = limit === 'dollars' ? dollars * share : undefined
      const maxRequests = limit === 'gets' ? Math.ceil(requests.get * share) : undefined
      const { receipt, count, complete } = await reader.count({
        query: 'even',
        ...(maxBytes && { maxBytes }),
        ...(maxDollars && { maxDollars }),
        ...(maxRequests && { maxRequests }),
      })
      const made = receipt.requests.get + receipt.requests.list
      assert.ok(receipt.bytesRead <= (maxBytes ?? Infinity))
      assert.ok(receipt.dollars <= (maxDollars ?? Infinity))
      assert.ok(made <= (maxRequests ?? Infinity))
      assert.ok(complete ? count === 150 : count <= 150)
    }
  }
})

function linesAt(micros: number): string[] {
  return Array.from({ length: 150 }, (_, i) => {
    const id = i % 3 === 0 ? `"@id":"${micros}-${i % 30}",` : ''
    const time = formatTime(micros + (i % 30) * 1e6)
    return `{"@time":"${time}","@stream":"web/${i % 3}",${id}"n":${i % 5},"word":"w${i % 17}"}`
  })
}

async function framesOf(count: number): Promise<{ maker: ArchiveMaker; key: string }> {
  const maker = new ArchiveMaker(undefined, 1)
  const rest = (i: number): string => (i % 2 === 0 ? '"is":"even"' : '"is":"odd"')
  const events = Array.from({ length: count }, (_, i) => ({ time: i, stream: 's', rest: rest(i) }))
  return { maker, key: (await maker.batch(events)).key }
}
