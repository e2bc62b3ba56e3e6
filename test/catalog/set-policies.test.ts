import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { logPolicy, timelinePolicy } from '../../lib/core/policy.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'

const events = Buffer.from(`{"text":"${'many words '.repeat(9000)}"}\n`.repeat(3))

test('streams are folded by the first policy that matches them', async () => {
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })

  await archive.setPolicies([{ ...timelinePolicy, pattern: 'user/*' }])
  await archive.append({ stream: 'user/1', lines: events })
  await archive.append({ stream: 'web', lines: events })
  await archive.brigadeOnce()

  const { runs } = (await loadCatalog(store)).catalog
  assert.deepEqual(runs.map(run => run.policy).sort(), ['**', 'user/*'])
  assert.equal((await archive.count({})).count, 6)
})

test('setting the same policies again commits nothing', async () => {
  const store = new MemoryStore(systemClock)
  const archive = await openArchive({ store })

  await archive.setPolicies([timelinePolicy])
  await archive.setPolicies([timelinePolicy])

  assert.equal((await loadCatalog(store)).catalog.generation, 1)
})

for (const [what, policy] of [
  ['no pattern', { ...logPolicy, pattern: '' }],
  ['a frame of no size', { ...logPolicy, frameSizeBytes: 0 }],
  ['a period below an hour', { ...logPolicy, periodMicros: 1e6 }],
] as const) {
  test(`a policy with ${what} is refused`, async () => {
    const archive = await openArchive({ store: new MemoryStore(systemClock) })

    await assert.rejects(archive.setPolicies([policy]), { code: 'invalid' })
  })
}
