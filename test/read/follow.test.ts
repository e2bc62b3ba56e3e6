import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveMaker } from '../support/make-archive.ts'
import { readerOf } from '../support/read-archive.ts'

const event = (n: number, stream = 's') => ({ time: n, stream, rest: `"n":${n}` })

function numbersOf(hits: readonly { readonly line: Buffer }[]): number[] {
  return hits.map(hit => JSON.parse(hit.line.toString()).n)
}

test('events that are appended are shown once, those from before are not', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([event(1)])
  const looks: number[][] = []

  for await (const { hits, missedBatches } of readerOf(maker.store).follow({})) {
    looks.push(numbersOf(hits))
    assert.equal(missedBatches, 0)
    if (looks.length === 1) await maker.batch([event(9), event(3)])
    if (looks.length === 3) await maker.batch([event(2)])
    if (looks.length === 5) break
  }

  assert.deepEqual(looks, [[], [3, 9], [], [2], []])
})

test('only what matches query and stream is shown', async () => {
  const maker = new ArchiveMaker()
  const found: number[] = []
  let looks = 0

  for await (const { hits } of readerOf(maker.store).follow({ query: 'n:>2', stream: 'a' })) {
    found.push(...numbersOf(hits))
    if (looks++ === 0) await maker.batch([event(1, 'a'), event(3, 'a'), event(4, 'b')])
    else break
  }

  assert.deepEqual(found, [3])
})

test('a folded batch is shown until it is swept, then counted as missed', async () => {
  const maker = new ArchiveMaker()
  const looks: [readonly number[], number][] = []

  for await (const { hits, missedBatches } of readerOf(maker.store).follow({})) {
    looks.push([numbersOf(hits), missedBatches])
    if (looks.length === 4) break
    if (looks.length === 3) continue
    const { identity, key } = await maker.batch([event(looks.length)])
    await maker.commit({ runs: [await maker.run([event(looks.length)])], recent: [identity] })
    if (looks.length === 2) await maker.store.delete([key])
  }

  assert.deepEqual(looks, [
    [[], 0],
    [[1], 0],
    [[], 1],
    [[], 0],
  ])
})

test('of too many events the first are shown, and the look is not complete', async () => {
  const maker = new ArchiveMaker()
  let looks = 0

  for await (const { hits, complete } of readerOf(maker.store, { followEventsMax: 2 }).follow({})) {
    if (looks++ === 0) await maker.batch([event(1), event(2), event(3)])
    else {
      assert.deepEqual([numbersOf(hits), complete], [[1, 2], false])
      break
    }
  }
})

test('it ends when the signal is aborted, and refuses a query that cannot be meant', async () => {
  const reader = readerOf(new ArchiveMaker().store)
  const stopping = new AbortController()
  let looks = 0

  for await (const _ of reader.follow({ signal: stopping.signal })) {
    if (++looks === 2) stopping.abort()
  }

  assert.equal(looks, 2)
  const refused = reader.follow({ query: '(' })[Symbol.asyncIterator]().next()
  await assert.rejects(refused, { code: 'invalid' })
})
