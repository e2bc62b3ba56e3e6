import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyCatalog } from '../../lib/catalog/catalog.ts'
import { CatalogCache, encodeCatalog } from '../../lib/catalog/load.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'

const catalogOf = (generation: number) => encodeCatalog({ ...emptyCatalog, generation })

/** The store, but its gets answer only when told to. */
function heldStore(store: Store): { readonly store: Store; readonly answer: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const get: Store['get'] = async (key, options) => {
    const found = await store.get(key, options)
    await promise
    return found
  }
  return {
    store: new Proxy(store, { get: (on, name) => (name === 'get' ? get : Reflect.get(on, name)) }),
    answer: resolve,
  }
}

test('a slow load of an older catalog does not replace a newer one', async () => {
  const store = new MemoryStore(systemClock)
  await store.create(catalogKey, catalogOf(1))
  const cache = new CatalogCache()
  const held = heldStore(store)

  const older = cache.load(held.store)
  await new Promise(setImmediate)
  const { etag } = (await store.get(catalogKey))!
  await store.replace(catalogKey, catalogOf(2), etag)
  const newer = await cache.load(store)
  held.answer()

  assert.equal((await older).catalog.generation, 1)
  assert.equal(newer.catalog.generation, 2)
  assert.equal((await cache.load(store)).catalog.generation, 2)
})
