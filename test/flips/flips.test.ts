import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCorpus } from '../oracle/corpora.ts'
import { states } from '../oracle/states.ts'
import { flipAndRead } from './flips.ts'

// `npm run flips` reads a million times.
const archiveReads = 60

test('no flipped bit of any object changes an answer silently', async () => {
  const corpus = await loadCorpus('hostile')
  const reads = { start: 0, end: states.length * archiveReads, archiveReads }

  const { failures, exact, damaged, refused, flips } = await flipAndRead({
    corpus,
    seed: 1,
    eventsMax: 80,
    failuresMax: 1,
    ...reads,
  })

  assert.deepEqual(failures, [])
  assert.equal(exact + damaged + refused, reads.end)
  assert.ok(damaged > 20 && refused > 20 && flips > 300, `${damaged} ${refused} ${flips}`)
})
