import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RuleName, without } from '../../lib/core/rules.ts'
import type { Store } from '../../lib/store/store.ts'
import { flipping } from '../support/damaged-store.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const one: TestEvent = { time: 1, stream: 's', rest: '"n":1' }

async function countIn(store: Store): Promise<number> {
  return (await linesOf(readerOf(store).search({}))).length
}

/** An archive that holds one event, once as a run and once as the tail object it came from. */
async function foldedOnce(): Promise<{ maker: ArchiveMaker; identity: string; idTime: number }> {
  const maker = new ArchiveMaker()
  const { identity, idTimeMillis } = await maker.batch([one])
  await maker.commit({ runs: [await maker.run([one])] })
  return { maker, identity, idTime: idTimeMillis }
}

test('read-skips-recent: a folded batch that still has its object is read once', async () => {
  const { maker, identity } = await foldedOnce()
  await maker.commit({ recent: [identity] })

  await readsOnceBecauseOf('read-skips-recent', maker.store)
})

test('read-skips-absorbed: a swept batch that a late put brought back is read once', async () => {
  const { maker, identity } = await foldedOnce()
  await maker.commit({ absorbed: [await maker.segment([identity])] })

  await readsOnceBecauseOf('read-skips-absorbed', maker.store)
})

test('read-skips-floor: a forgotten batch that a late put brought back is read once', async () => {
  const { maker, idTime } = await foldedOnce()
  await maker.commit({ floorMillis: idTime + 1 })

  await readsOnceBecauseOf('read-skips-floor', maker.store)
})

async function readsOnceBecauseOf(rule: RuleName, store: Store): Promise<void> {
  assert.equal(await countIn(store), 1)
  await without([rule], async () => assert.equal(await countIn(store), 2))
}

test('read-list-then-get: a batch folded and swept during a read is not missed', async () => {
  assert.equal(await countIn(await sweptWhileListed()), 1)
  await without(['read-list-then-get'], async () => {
    assert.equal(await countIn(await sweptWhileListed()), 0)
  })
})

/** A store whose only batch is folded and swept just before the tail is listed. */
async function sweptWhileListed(): Promise<Store> {
  const maker = new ArchiveMaker()
  const { identity, key } = await maker.batch([one])
  await maker.commit({})
  const runs = [await maker.run([one])]
  return changing(maker.store, 'list', async () => {
    await maker.commit({ runs, recent: [identity] })
    await maker.store.delete([key])
  })
}

test('read-404-restarts: what goes while it is read is read from its successors', async () => {
  for (const footerOnly of [true, false]) {
    assert.equal(await countIn(await compactedWhileRead(footerOnly)), 40)
    await without(['read-404-restarts'], async () => {
      assert.ok((await countIn(await compactedWhileRead(footerOnly))) < 40)
    })
  }
})

/** A store whose only run is replaced before its first or its second range is read. */
async function compactedWhileRead(first: boolean): Promise<Store> {
  const maker = new ArchiveMaker()
  const events = Array.from({ length: 40 }, (_, i) => ({ ...one, time: i }))
  const old = await maker.run(events.slice(0, 20), events.slice(20))
  await maker.commit({ runs: [old] })
  const next = await maker.run(events)
  const keys = old.buckets.map(bucket => bucket.key)
  let gets = 0
  return changing(maker.store, 'get', async key => {
    if (!keys.includes(key) || (!first && gets++ === 0)) return 'wait'
    await maker.commit({ runs: [next] })
    await maker.store.delete(keys)
    return 'done'
  })
}

test('a restart continues behind the last event given out', async () => {
  const maker = new ArchiveMaker()
  const events = Array.from({ length: 40 }, (_, i) => ({ ...one, time: i, rest: `"n":${i}` }))
  const runs = [await maker.run(events.slice(0, 20)), await maker.run(events.slice(20))]
  await maker.commit({ runs })
  const next = await maker.run(events)
  const reader = readerOf(maker.store, { cacheBytes: 0, readConcurrency: 1, mergeGapBytes: 0 })

  const times: number[] = []
  for await (const hit of reader.search({ order: 'asc', limit: 100 })) {
    times.push(hit.timeMicros)
    if (times.length !== 5) continue
    await maker.commit({ runs: [next] })
    await maker.store.delete(runs.flatMap(run => run.buckets.map(bucket => bucket.key)))
  }

  assert.deepEqual(
    times,
    events.map(event => event.time),
  )
})

test('damage that was passed before a restart is told at the end', async () => {
  const maker = new ArchiveMaker()
  const events = Array.from({ length: 40 }, (_, i) => ({ ...one, time: i, rest: `"n":${i}` }))
  const lost = await maker.run(events.slice(0, 2))
  const old = await maker.run(events.slice(2))
  await maker.commit({ runs: [lost, old] })
  const next = await maker.run(events.slice(2))
  const store = flipping(maker.store, lost.buckets[0]!.key, 20)
  const reader = readerOf(store, { cacheBytes: 0, readConcurrency: 1, mergeGapBytes: 0 })
  const hits = reader.search({ order: 'asc' })

  let count = 0
  for await (const _ of hits) {
    if (++count !== 5) continue
    await maker.commit({ runs: [lost, next] })
    await maker.store.delete(old.buckets.map(bucket => bucket.key))
  }

  assert.equal(count, 38)
  const damage = hits.end().damage.map(each => [each.object, each.eventCount])
  assert.deepEqual(damage, [[lost.buckets[0]!.key, 2]])
})

test('an archive that changes at every read is unavailable, never an answer in part', async () => {
  const maker = new ArchiveMaker()
  const run = await maker.run([one])
  await maker.commit({ runs: [run] })
  await maker.store.delete([run.buckets[0]!.key])

  const reader = readerOf(maker.store)

  await assert.rejects(linesOf(reader.search({})), { code: 'unavailable' })
  await assert.rejects(reader.count({ query: '-nothing' }), { code: 'unavailable' })
})

test('a segment that is gone makes the reader start again', async () => {
  const { maker, identity } = await foldedOnce()
  const segment = await maker.segment([identity])
  const next = await maker.segment([identity])
  await maker.commit({ absorbed: [segment] })
  const store = changing(maker.store, 'get', async key => {
    if (key !== segment.key) return 'wait'
    await maker.commit({ absorbed: [next] })
    await maker.store.delete([segment.key])
    return 'done'
  })

  assert.equal(await countIn(store), 1)
})

test('an object of a foreign name under tail is left out with a warning', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([one])
  await maker.store.create('tail/readme.txt', Buffer.from('hello'))
  const hits = readerOf(maker.store).search({})

  assert.equal((await linesOf(hits)).length, 1)

  assert.match(hits.end().warnings[0]!.detail, /tail\/readme\.txt/)
})

test('an archive without any object has no events', async () => {
  assert.equal(await countIn(new ArchiveMaker().store), 0)
})

/** A store that changes once, just before it is asked. `'wait'`: not yet. */
function changing(
  store: Store,
  before: 'get' | 'list',
  change: (key: string) => Promise<unknown>,
): Store {
  let isDone = false
  const changeNow = async (key: string): Promise<void> => {
    if (!isDone) isDone = (await change(key)) !== 'wait'
  }
  return {
    url: store.url,
    get: async (key, options) => {
      if (before === 'get') await changeNow(key)
      return store.get(key, options)
    },
    getIfChanged: (key, etag) => store.getIfChanged(key, etag),
    create: (key, bytes) => store.create(key, bytes),
    replace: (key, bytes, etag) => store.replace(key, bytes, etag),
    list: async (prefix, options) => {
      if (before === 'list') await changeNow(prefix)
      return store.list(prefix, options)
    },
    delete: keys => store.delete(keys),
  }
}

test('a batch that only a damaged segment could tell of is named; all else is read', async () => {
  const { maker, identity } = await foldedOnce()
  const segment = await maker.segment([identity])
  const later = await maker.batch([{ time: 2, stream: 's', rest: '"n":2' }])
  await maker.commit({ absorbed: [segment] })
  const size = (await maker.store.get(segment.key))!.sizeBytes

  for (let position = 0; position < size; position++) {
    const hits = readerOf(flipping(maker.store, segment.key, position)).search({})
    const lines = await linesOf(hits)

    assert.equal(lines.length, 2, `byte ${position}`)
    const [damage, ...others] = hits.end().damage
    assert.deepEqual([damage?.eventCount, damage?.startByte, others], [1, 0, []])
    assert.match(damage!.object, /^tail\//)
    assert.notEqual(damage!.object, later.key)
    assert.match(damage!.reason, /^absorbed\//)
  }
})

test('a segment that was damaged on its way only is fetched again', async () => {
  const { maker, identity } = await foldedOnce()
  const segment = await maker.segment([identity])
  await maker.commit({ absorbed: [segment] })
  const hits = readerOf(flipping(maker.store, segment.key, 20, 1)).search({})

  assert.equal((await linesOf(hits)).length, 1)
  assert.deepEqual(hits.end().damage, [])
})
