import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { BucketBuilder } from '../../lib/bucket/builder.ts'
import type { Fleet } from '../../lib/read/fleet.ts'
import { scanFrameOrder } from '../../lib/read/scan-frame-order.ts'
import { ThreadFleet } from '../../lib/read/thread-fleet.ts'
import { flipping } from '../support/damaged-store.ts'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const threads = new ThreadFleet(2)
after(() => threads.close())
const always = { fleetFramesMin: 0 }
const { signal } = new AbortController()

test('with threads every question has the answer it has without', async () => {
  const inputs = [archiveShapes, questions, readerSettings] as const
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, question, settings) => {
      const { store } = await makeArchive(shape)
      const reader = readerOf(store, { ...settings, ...always }, threads)

      const found = await linesOf(reader.search(question))
      const { count } = await reader.count(question)

      const expected = expectedOf(shape, question).map(each => each.line)
      assert.deepEqual(found, expected)
      assert.equal(count, expected.length)
    }),
    { numRuns: 200 },
  )
})

test('damage is the same with threads as without', async () => {
  const { maker, key } = await framesOf(5)
  const { length } = (await maker.store.get(key))!.bytes
  for (let position = 0; position < length; position += 3) {
    const store = flipping(maker.store, key, position)
    const alone = readerOf(store).search({ query: 'even' })
    const helped = readerOf(store, always, threads).search({ query: 'even' })

    assert.deepEqual(await linesOf(helped), await linesOf(alone), `byte ${position}`)
    assert.deepEqual(helped.end().damage, alone.end().damage, `byte ${position}`)
  }
})

test('lines before a malformed one are shown, with why it ends there', async () => {
  const good = '{"@time":10,"@stream":"s","word":"x"}'
  const { compressed, order } = frameOf([good, '{"a":1,"b":2,"word":"x"}'])

  const shown = await threads.scan(compressed, order, signal)

  assert.equal(shown.lines.toString(), `${good}\n`)
  assert.match(shown.fault ?? '', /line at 38 of a frame does not begin/)
  assert.deepEqual(shown, scanFrameOrder(compressed, order))
})

test('only a question of many frames asks the fleet', async () => {
  const { maker } = await framesOf(10)
  let asked = 0
  const fleet: Fleet = {
    scan: async (compressed, order) => {
      asked++
      return scanFrameOrder(compressed, order)
    },
    close: async () => undefined,
  }
  const ask = (fleetFramesMin: number, query: string) =>
    linesOf(readerOf(maker.store, { fleetFramesMin }, fleet).search({ query }))

  assert.equal((await ask(10, 'even')).length, 5)
  assert.equal((await ask(0, '')).length, 10)
  assert.equal(asked, 0)

  assert.equal((await ask(9, 'even')).length, 5)
  assert.ok(asked > 0)
})

test('a scan that is no longer wanted ends at once, and the thread goes on', async () => {
  const fleet = new ThreadFleet(1)
  const { compressed, order } = frameOf(['{"@time":10,"@stream":"s","word":"x"}'])
  const stop = new AbortController()
  const unwanted = Array.from({ length: 5 }, () => fleet.scan(compressed, order, stop.signal))
  const wanted = fleet.scan(compressed, order, signal)

  stop.abort(new Error('enough'))

  for (const scan of unwanted) await assert.rejects(scan, /enough/)
  assert.equal((await wanted).lines.length, 38)
  await fleet.close()
})

test('a fleet that was closed refuses, and ends what it has not done', async () => {
  const fleet = new ThreadFleet(1)
  const { compressed, order } = frameOf(['{"@time":10,"@stream":"s","word":"x"}'])
  const scans = Array.from({ length: 5 }, () => fleet.scan(compressed, order, signal))
  const ended = Promise.all(scans.map(scan => assert.rejects(scan, /ended/)))

  await fleet.close()

  await ended
  await assert.rejects(fleet.scan(compressed, order, signal), /ended/)
})

async function framesOf(count: number): Promise<{ maker: ArchiveMaker; key: string }> {
  const maker = new ArchiveMaker(undefined, 1)
  const rest = (i: number): string => (i % 2 === 0 ? '"is":"even"' : '"is":"odd"')
  const events = Array.from({ length: count }, (_, i) => ({ time: i, stream: 's', rest: rest(i) }))
  return { maker, key: (await maker.batch(events)).key }
}

/** One frame of these lines, and the order to look for `x` in it. */
function frameOf(lines: readonly string[]) {
  const builder = new BucketBuilder({ frameBytes: 1000, compressionLevel: 1 })
  for (const line of lines) builder.add(Buffer.from(line), 0, line.length, 10, 's', false)
  const { directory, frames } = builder.finish()
  const entry = directory.frames[0]!
  const scope = { startMicros: 0, endMicros: Infinity, wanted: undefined, isContested: false }
  return { compressed: frames[0]!, order: { entry, query: 'x', ...scope } }
}
