import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { probeStore } from '../../lib/store/probe-store.ts'
import type { Store } from '../../lib/store/store.ts'

const random = seededRandom(1)

test('an honest store passes the probe, and nothing is left of it', async () => {
  const store = new MemoryStore(systemClock)
  await probeStore(store, random)
  assert.deepEqual((await store.list('')).objects, [])
})

/** What a store may get wrong, and the capability that the refusal names. */
const lies: Record<string, [lie: (honest: Store) => Partial<Store>, message: RegExp]> = {
  'overwrites what exists': [
    store => ({
      create: async (key, bytes) => {
        await store.delete([key])
        return store.create(key, bytes)
      },
    }),
    /lacks conditional create \(If-None-Match: \*\).*overwritten/,
  ],
  'lets two creations at once succeed': [
    store => {
      const begun = new Set<string>()
      return {
        create: async (key, bytes) => {
          const isConcurrent = begun.has(key)
          begun.add(key)
          const result = await store.create(key, bytes)
          begun.delete(key)
          if (result.outcome !== 'refused' || !isConcurrent) return result
          return { ...result, outcome: 'stored', etag: '"e"' }
        },
      }
    },
    /lacks conditional create.*more than one/,
  ],
  'ignores ranges': [store => ({ get: key => store.get(key) }), /lacks ranged GET/],
  'ignores suffix ranges': [
    store => ({
      get: (key, options) =>
        options?.range && 'suffixBytes' in options.range ? store.get(key) : store.get(key, options),
    }),
    /lacks suffix GET/,
  ],
  'always sends': [
    store => ({ getIfChanged: key => store.get(key) }),
    /lacks conditional GET \(If-None-Match\)/,
  ],
  'ignores etags': [
    store => ({
      replace: async (key, bytes) => {
        const current = (await store.get(key))?.etag ?? ''
        return store.replace(key, bytes, current)
      },
    }),
    /lacks compare-and-swap \(If-Match\).*stale/,
  ],
  'replaces what is missing': [
    store => ({
      replace: async (key, bytes, etag) =>
        (await store.get(key)) ? store.replace(key, bytes, etag) : store.create(key, bytes),
    }),
    /lacks compare-and-swap.*missing/,
  ],
  'lists late': [
    store => ({
      list: async prefix => {
        const page = await store.list(prefix)
        return { ...page, objects: page.objects.slice(0, -1) }
      },
    }),
    /lacks list after put/,
  ],
  'ignores where a listing starts': [
    store => ({ list: prefix => store.list(prefix) }),
    /lacks list with start-after/,
  ],
  'does not delete': [store => ({ delete: () => store.delete([]) }), /lacks delete/],
}

for (const [name, [lie, message]] of Object.entries(lies)) {
  test(`a store that ${name} is refused, and the message names what it lacks`, async () => {
    const honest = new MemoryStore(systemClock)
    const { get, getIfChanged, create, replace, list } = honest
    const methods = { get, getIfChanged, create, replace, list, delete: honest.delete }
    const bound = Object.entries(methods).map(([key, method]) => [key, method.bind(honest)])
    const liar = { url: 'liar:', ...Object.fromEntries(bound), ...lie(honest) } as Store
    await assert.rejects(probeStore(liar, random), error => {
      assert.ok(error instanceof ArchiveError && error.code === 'invalid')
      assert.match(error.message, message)
      return true
    })
  })
}
