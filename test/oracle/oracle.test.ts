import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCorpus } from './corpora.ts'
import { play } from './play.ts'
import { states } from './states.ts'

// `npm run oracle` asks ten thousand of each corpus.
for (const name of ['access', 'hostile']) {
  test(`random questions about ${name} are answered as by a full scan in every state`, async () => {
    const plan = { corpus: await loadCorpus(name), seed: 1, eventsMax: 120, failuresMax: 1 }

    const played = await play({ ...plan, start: 0, end: states.length * 25, archiveQuestions: 25 })

    assert.deepEqual(played.failures, [])
    assert.ok(played.met > 50 && played.met < played.questions, `${played.met} were met`)
  })
}
