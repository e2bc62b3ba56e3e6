import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../../lib/core/clock.ts'
import { cached } from '../../lib/store/caching-store.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { meter } from '../../lib/store/metering-store.ts'
import { ObjectCache } from '../../lib/store/object-cache.ts'

const text = '0123456789abcdefghijklmnopqrstuvwxyz'
const key = 'buckets/job/000001.zst'

async function storeWith(...keys: string[]): Promise<MemoryStore> {
  const store = new MemoryStore(systemClock)
  for (const each of keys) await store.create(each, Buffer.from(text))
  return store
}

test('an immutable range is asked for once, by whichever question comes first', async () => {
  const store = await storeWith(key)
  const cache = new ObjectCache(10_000)
  const ask = async (range: { start: number; end: number } | { suffixBytes: number }) => {
    const metered = meter(store, systemClock)
    const object = await cached(metered, cache).get(key, { range })
    return [object?.bytes.toString(), metered.receipt().requests.get]
  }
  assert.deepEqual(await ask({ start: 10, end: 20 }), ['abcdefghij', 1])
  assert.deepEqual(await ask({ start: 12, end: 15 }), ['cde', 0])
  assert.deepEqual(await ask({ start: 12, end: 21 }), ['cdefghijk', 1])
  assert.deepEqual(await ask({ suffixBytes: 6 }), ['uvwxyz', 1])
  assert.deepEqual(await ask({ start: 33, end: 99 }), ['xyz', 0])
})

test('the catalog is asked for each time but sent only when it changed', async () => {
  const store = await storeWith('catalog')
  const metered = meter(store, systemClock)
  const view = cached(metered, new ObjectCache(10_000))
  const first = (await view.get('catalog'))!
  assert.deepEqual(await view.get('catalog'), first)
  assert.equal(metered.receipt().bytesRead, text.length)
  await store.replace('catalog', Buffer.from('new'), first.etag)
  assert.equal((await view.get('catalog'))?.bytes.toString(), 'new')
  assert.equal((await view.get('catalog'))?.bytes.toString(), 'new')
  assert.equal(metered.receipt().bytesRead, text.length + 3)
  assert.equal(metered.receipt().requests.get, 4)
})

test('a catalog taken by its etag is kept for the next reader', async () => {
  const store = await storeWith('catalog')
  const metered = meter(store, systemClock)
  const view = cached(metered, new ObjectCache(10_000))
  await view.getIfChanged('catalog', '"another"')
  assert.equal((await view.get('catalog'))?.bytes.toString(), text)
  assert.equal(metered.receipt().bytesRead, text.length)
})

test('that an object is missing is not remembered, nor what may change', async () => {
  const store = await storeWith()
  const view = cached(store, new ObjectCache(10_000))
  for (const each of [key, 'catalog', 'requests/r']) {
    assert.equal(await view.get(each), undefined)
    await store.create(each, Buffer.from('come'))
    assert.equal((await view.get(each))?.bytes.toString(), 'come')
    await store.delete([each])
  }
  assert.equal(await view.get('requests/r'), undefined)
})

test('an answer of the wrong length is not kept, and damaged bytes can be dropped', async () => {
  const cache = new ObjectCache(10_000)
  const short = { bytes: Buffer.from('01'), etag: '"e"', sizeBytes: 4 }
  cache.put(key, undefined, short)
  assert.equal(cache.get(key, { start: 0, end: 1 }), undefined)
  cache.put(key, { start: 0, end: 2 }, short)
  assert.equal(cache.get(key, { start: 0, end: 1 })?.bytes.toString(), '0')
  cache.drop(key)
  assert.equal(cache.get(key, { start: 0, end: 1 }), undefined)
})

test('the cache never holds more than its size, and no object alone fills it', async () => {
  const keys = Array.from({ length: 40 }, (_, i) => `tail/${i}`)
  const store = await storeWith(...keys)
  const cache = new ObjectCache(2_000)
  for (const each of keys) await cached(store, cache).get(each)
  const held = keys.filter(each => cache.get(each, undefined))
  assert.ok(held.length > 0 && held.length * text.length <= 2_000)
  assert.equal(held.at(-1), 'tail/39')
  await store.create('tail/large', Buffer.alloc(1_000))
  await cached(store, cache).get('tail/large')
  assert.equal(cache.get('tail/large', undefined), undefined)
})

test('answers are the same with the cache and without it, whatever is asked', async () => {
  const store = await storeWith('tail/a', 'tail/b')
  const range = fc.oneof(
    fc.record({ suffixBytes: fc.integer({ min: 1, max: 50 }) }),
    fc
      .tuple(fc.nat(45), fc.integer({ min: 1, max: 20 }))
      .map(([start, length]) => ({ start, end: start + length })),
    fc.constant(undefined),
  )
  const question = fc.tuple(fc.constantFrom('tail/a', 'tail/b', 'tail/none'), range)
  const check = fc.asyncProperty(
    fc.array(question),
    fc.nat(3_000),
    async (questions, sizeBytes) => {
      const view = cached(store, new ObjectCache(sizeBytes))
      for (const [name, asked] of questions) {
        const options = asked ? { range: asked } : {}
        assert.deepEqual(await view.get(name, options), await store.get(name, options))
      }
    },
  )
  await fc.assert(check)
})
