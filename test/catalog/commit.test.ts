import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../../lib/catalog/catalog.ts'
import { type Change, commit } from '../../lib/catalog/commit.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import { type Loss, WatchedStore } from '../support/watched-store.ts'
import { makePlace } from '../support/workplace.ts'

function open(lose: () => Loss | undefined = () => undefined) {
  let store!: WatchedStore
  const place = makePlace({}, inner => {
    store = new WatchedStore(inner)
    store.lose = lose
    return store
  })
  return { place, store }
}

/** Adds this id to `recent`, and is known by it. */
function adding(id: string): (catalog: Catalog) => Change {
  return catalog => ({
    next: { ...catalog, recent: [...catalog.recent, id] },
    landed: later => later.recent.includes(id),
  })
}

test('every commit is one generation later and of other bytes', async () => {
  const { place, store } = open()

  const first = await commit(place, adding('a'))
  const etag = (await loadCatalog(store)).etag
  const second = await commit(place, catalog => ({ next: catalog, landed: () => false }))

  assert.deepEqual([first!.generation, second!.generation], [1, 2])
  assert.notEqual(first!.commitId, second!.commitId)
  assert.notEqual(first!.archive, '')
  assert.equal(first!.archive, second!.archive)
  assert.notEqual((await loadCatalog(store)).etag, etag)
  assert.deepEqual((await loadCatalog(store)).catalog, second)
})

test('nothing is put when there is nothing to commit', async () => {
  const { place, store } = open()

  assert.equal(await commit(place, () => undefined), undefined)
  assert.deepEqual(store.puts, [])
})

test('whoever is overtaken decides again on the catalog that won', async () => {
  const { place } = open()
  const ids = Array.from({ length: 12 }, (_, i) => `id${i}`)
  const seen: number[] = []

  await Promise.all(
    ids.map(id =>
      commit(place, catalog => {
        seen.push(catalog.generation)
        return adding(id)(catalog)
      }),
    ),
  )

  const { catalog } = await loadCatalog(place.store)
  assert.deepEqual([...catalog.recent].sort(), ids.sort())
  assert.equal(catalog.generation, 12)
  assert.ok(seen.length > 12)
})

test('a commit whose answer is lost is made once', async () => {
  for (const loss of ['request lost', 'answer lost'] as const) {
    let lost = 0
    const { place, store } = open(() => (lost++ < 3 ? loss : undefined))

    const done = await commit(place, adding('a'))

    assert.deepEqual(done!.recent, ['a'])
    assert.equal(done!.generation, 1)
    assert.equal(store.putCount(catalogKey), loss === 'answer lost' ? 1 : 4)
  }
})

test('a commit that cannot find its mark is made again on what is there', async () => {
  const { place, store } = open()
  await commit(place, adding('a'))
  let lost = false
  store.lose = () => {
    if (lost) return undefined
    lost = true
    return 'answer lost'
  }

  // Unmarked, so that it cannot know its own first success.
  const done = await commit(place, catalog => ({
    next: { ...catalog, recent: [...catalog.recent, 'b'] },
    landed: () => false,
  }))

  assert.deepEqual(done!.recent, ['a', 'b', 'b'])
})

test('a catalog that is never confirmed ends in unavailable after bounded attempts', async () => {
  const { place, store } = open(() => 'request lost')

  await assert.rejects(commit(place, adding('a')), (fault: unknown) => {
    return fault instanceof ArchiveError && fault.code === 'unavailable'
  })

  const { commitAttemptsMax, putAttemptsMax } = place.settings
  assert.ok(store.puts.length <= commitAttemptsMax * (putAttemptsMax + 1))
})
