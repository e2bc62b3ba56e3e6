import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { systemClock } from '../../lib/core/clock.ts'
import { cached } from '../../lib/store/caching-store.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { ObjectCache } from '../../lib/store/object-cache.ts'
import type { GetOptions, StoredObject } from '../../lib/store/store.ts'

const key = 'buckets/job/000000'
const range = { start: 2, end: 4 }

/** Answers nothing before it is let, and counts. */
class SlowStore extends MemoryStore {
  asked = 0
  answer: (fault?: Error) => void = () => {}

  override async get(name: string, options?: GetOptions): Promise<StoredObject | undefined> {
    this.asked++
    await new Promise<void>((resolve, reject) => {
      this.answer = fault => (fault ? reject(fault) : resolve())
    })
    return super.get(name, options)
  }
}

async function makeStore(): Promise<SlowStore> {
  const store = new SlowStore(systemClock)
  await store.create(key, Buffer.from('abcdef'))
  return store
}

test('a range that is on its way is not asked for again', async () => {
  const store = await makeStore()
  const reader = cached(store, new ObjectCache(1000))

  const answers = [reader.get(key, { range }), reader.get(key, { range })]
  await setImmediate()
  store.answer()

  const [first, second] = await Promise.all(answers)
  assert.equal(`${first?.bytes} ${second?.bytes}`, 'cd cd')
  assert.equal(store.asked, 1)
})

test('whoever waited for a request that failed makes his own', async () => {
  const store = await makeStore()
  const reader = cached(store, new ObjectCache(1000))

  const first = reader.get(key, { range })
  const second = reader.get(key, { range })
  await setImmediate()
  store.answer(new Error('called off'))
  await assert.rejects(first, /called off/)
  while (store.asked < 2) await setImmediate()
  store.answer()

  assert.equal(`${(await second)?.bytes}`, 'cd')
  assert.equal(store.asked, 2)
})
