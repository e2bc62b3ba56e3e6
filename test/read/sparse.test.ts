import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { timelinePolicy } from '../../lib/core/policy.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { linesOf } from '../support/read-archive.ts'

const weekMicros = 7 * 86_400e6
const users = 40
const start = Date.UTC(2018, 0, 1) * 1000

/** Seven years of one event a week and user, folded month by month. */
async function makeTimelines(): Promise<MemoryStore> {
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  const small = { bucketSizeBytes: 64 * 1024, frameSizeBytes: 4 * 1024 }
  await archive.setPolicies([{ ...timelinePolicy, ...small, pattern: 'user/**' }])
  for (let month = 0; month < 91; month++) {
    const lines: string[] = []
    for (let week = month * 4; week < month * 4 + 4; week++) {
      for (let user = 0; user < users; user++) {
        const time = start + week * weekMicros + user * 1e6
        const n = 10_000 + week * users + user
        const noise = [1, 2, 3, 4].map(seed => hash('sha512', `${seed} ${n}`)).join('')
        const event = { '@time': time, '@stream': `user/${user + 10}`, n, noise }
        lines.push(JSON.stringify(event))
      }
    }
    await archive.append({ lines: Buffer.from(lines.join('\n')) })
    await archive.brigadeOnce()
  }
  return store
}

const made = makeTimelines()

test('the latest events of a stream that has one a week are few requests away', async () => {
  const store = await made
  const open = () => openArchive({ store, settings: { mergeGapBytes: 0 } })

  for (const order of ['asc', 'desc'] as const) {
    const hits = (await open()).search({ stream: 'user/42', limit: 50, order })

    assert.equal((await linesOf(hits)).length, 50)
    const { requests, rounds } = hits.end().receipt
    assert.ok(requests.get + requests.list <= 80, `${requests.get} requests`)
    assert.ok(rounds <= 4, `${rounds} rounds`)
  }
})

test('one event of seven years is found in a few rounds', async () => {
  const reader = await openArchive({ store: await made })

  const hits = reader.search({ query: 'n:12345', limit: 10 })

  assert.equal((await linesOf(hits)).length, 1)
  assert.ok(hits.end().receipt.rounds <= 6, `${hits.end().receipt.rounds} rounds`)
})
