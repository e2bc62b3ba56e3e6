import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bytesOf, countsOf, RecordingStore, roundsOf } from '../../bench/recording-store.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'

async function recording(holds: boolean) {
  const store = new MemoryStore(systemClock)
  for (const key of ['a', 'b', 'c']) await store.create(`index/${key}`, Buffer.alloc(100))
  return new RecordingStore(store, { holds })
}

describe('a store that records', () => {
  test('requests that do not wait for each other are one wave', async () => {
    const store = await recording(true)

    await Promise.all([store.get('index/a'), store.get('index/b'), store.list('tail/')])
    const requests = store.take()

    assert.equal(roundsOf(requests), 1)
    assert.deepEqual(countsOf(requests), { get: 2, list: 1, put: 0, delete: 0 })
    assert.equal(bytesOf(requests), 200)
  })

  test('a chain is as many waves as it has links, whatever goes on beside it', async () => {
    const store = await recording(true)

    const chain = async () => {
      await store.get('index/a')
      await store.get('index/b')
      await store.get('index/c')
    }
    await Promise.all([chain(), store.get('index/c')])

    assert.equal(roundsOf(store.take()), 3)
  })

  test('taking the requests begins anew', async () => {
    const store = await recording(true)
    await store.get('index/a')
    store.take()

    const found = await store.get('index/b')
    const etag = found!.etag
    const again = await store.getIfChanged('index/b', etag)

    assert.equal(again, 'unchanged')
    assert.deepEqual(
      store.take().map(({ kind, bytes, wave }) => ({ kind, bytes, wave })),
      [
        { kind: 'get', bytes: 100, wave: 0 },
        { kind: 'unchanged', bytes: 0, wave: 1 },
      ],
    )
  })

  test('a large object counts as the parts it is sent in', async () => {
    const store = await recording(false)

    await store.create('buckets/a/0.zst', Buffer.alloc(96 * 2 ** 20))
    const requests = store.take()

    assert.equal(countsOf(requests).put, 8)
    assert.equal(bytesOf(requests), 96 * 2 ** 20)
  })
})
