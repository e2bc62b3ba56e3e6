import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrap } from '../../lib/bytes/envelope.ts'
import { encodeSegment, loadSegment } from '../../lib/catalog/absorbed.ts'
import { emptyCatalog } from '../../lib/catalog/catalog.ts'
import { CatalogCache, decodeCatalog, encodeCatalog, loadCatalog } from '../../lib/catalog/load.ts'
import { decodeManifest, encodeManifest } from '../../lib/catalog/manifest.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { catalogKey, manifestKey, segmentKey } from '../../lib/store/keys.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { makePlace } from '../support/workplace.ts'

test('an archive without a catalog has the empty one', async () => {
  const { catalog, etag } = await loadCatalog(makePlace().store)

  assert.deepEqual(catalog, emptyCatalog)
  assert.equal(etag, undefined)
})

test('a catalog is stored and read back as it is', async () => {
  const { store } = makePlace()
  const catalog = { ...emptyCatalog, generation: 7, recent: ['é'], floorMillis: 5 }
  await store.create(catalogKey, encodeCatalog(catalog))

  assert.deepEqual((await loadCatalog(store)).catalog, catalog)
})

test('a catalog that is no JSON or of another version is corrupt', () => {
  for (const content of ['', 'null', '7', '[]', '{}', '{"version":1}', '{"version":2']) {
    assertCorrupt(() => decodeCatalog(wrap(Buffer.from(content))), content)
  }
})

test('a cache reads the catalog again only when it has changed', async () => {
  const { store } = makePlace()
  const cache = new CatalogCache()
  assert.equal((await cache.load(store)).etag, undefined)
  await store.create(catalogKey, encodeCatalog({ ...emptyCatalog, generation: 1 }))

  const first = await cache.load(store)
  const same = await cache.load(store)
  await store.replace(catalogKey, encodeCatalog({ ...emptyCatalog, generation: 2 }), first.etag!)
  const next = await cache.load(store)
  await store.delete([catalogKey])

  assert.equal(same, first)
  assert.deepEqual([first.catalog.generation, next.catalog.generation], [1, 2])
  assert.equal((await cache.load(store)).etag, undefined)
})

test('a segment that is gone is missing, one that holds other ids is corrupt', async () => {
  const { store } = makePlace()
  const key = segmentKey('J', 0)
  const sizeBytes = encodeSegment(['A-1', 'B-2']).length
  const segment = { key, sizeBytes, count: 2, firstIdentity: 'A-1', lastIdentity: 'B-2' }
  const fails = (code: string) => (fault: unknown) =>
    fault instanceof ArchiveError && fault.code === code
  await assert.rejects(loadSegment(store, segment), fails('missing'))

  await store.create(key, encodeSegment(['A-1', 'B-2']))
  assert.deepEqual(await loadSegment(store, segment), new Set(['A-1', 'B-2']))

  for (const identities of [['A-1'], ['A-1', 'C-3'], ['A-0', 'B-2'], ['A-1', 'A-2', 'B-2'], []]) {
    await store.delete([key])
    await store.create(key, encodeSegment(identities))
    await assert.rejects(loadSegment(store, segment), fails('corrupt'))
  }
})

test('a manifest is read back only as itself', () => {
  const [key, other] = [manifestKey('J', 0), manifestKey('J', 1)]
  const bytes = encodeManifest(key, [])

  assert.deepEqual(decodeManifest(bytes, key), [])
  for (const another of [
    encodeManifest(other, []),
    encodeCatalog(emptyCatalog),
    encodeSegment(['A-1']),
    wrap(Buffer.from('null')),
  ]) {
    assertCorrupt(() => decodeManifest(another, key), another.toString('latin1'))
  }
  assertCorrupt(() => decodeCatalog(bytes), 'a manifest is no catalog')
})
