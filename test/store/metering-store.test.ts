import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { storeLimits } from '../../lib/core/store-limits.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { meter } from '../../lib/store/metering-store.ts'
import { listAll } from '../../lib/store/store.ts'

const newMeter = () => meter(new MemoryStore(systemClock), systemClock)

test('a receipt counts requests by type, bytes both ways, and the price', async () => {
  const store = newMeter()
  await store.create('a', Buffer.alloc(100))
  const { etag } = (await store.get('a', { range: { suffixBytes: 30 } }))!
  await store.replace('a', Buffer.alloc(50), etag)
  await store.getIfChanged('a', etag)
  await store.get('nothing')
  await store.list('')
  await store.delete(['a', 'b'])
  const { requests, bytesRead, bytesWritten, dollars } = store.receipt()
  assert.deepEqual(requests, { get: 3, list: 1, put: 2, delete: 1 })
  assert.deepEqual([bytesRead, bytesWritten], [80, 150])
  assert.equal(dollars.toFixed(9), ((3 * 0.0004 + 3 * 0.005) / 1000).toFixed(9))
})

test('requests of one round count as one, and each new round that asks adds one', async () => {
  const store = newMeter()
  assert.equal(store.receipt().rounds, 0)
  await Promise.all([store.list('tail/'), store.get('catalog'), store.get('a')])
  assert.equal(store.receipt().rounds, 1)
  store.nextRound()
  store.nextRound()
  assert.equal(store.receipt().rounds, 1)
  await store.get('b')
  await store.get('c')
  assert.equal(store.receipt().rounds, 2)
})

test('the pages of one listing are a chain of rounds', async () => {
  const store = newMeter()
  for (const name of ['a', 'b', 'c']) await store.create(name, Buffer.from(name))
  store.nextRound()
  const listings = ['', ''].map(prefix => Array.fromAsync(listAll(store, prefix, { limit: 1 })))
  await Promise.all(listings)
  assert.equal(store.receipt().rounds, 1 + 3)
  store.nextRound()
  await store.get('a')
  assert.equal(store.receipt().rounds, 1 + 3 + 1)
})

test('a put in parts and a delete in batches count as the requests they are', async () => {
  const store = newMeter()
  await store.create('large', Buffer.alloc(storeLimits.singlePutBytesMax + 1))
  await store.delete(Array.from({ length: 1_001 }, (_, i) => `k/${i}`))
  assert.deepEqual(store.receipt().requests, { get: 0, list: 0, put: 8, delete: 2 })
})
