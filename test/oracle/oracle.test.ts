import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCorpus } from './corpora.ts'
import { play } from './play.ts'
import { states } from './states.ts'

// `npm run oracle` asks ten thousand of each corpus.
const small = { start: 0, end: states.length * 15, archiveQuestions: 15, eventsMax: 120 }
const plan = { ...small, seed: 1, failuresMax: 1 }

for (const name of ['access', 'hostile']) {
  test(`random questions about ${name} are answered as by a full scan in every state`, async () => {
    const corpus = await loadCorpus(name)

    const { questions, met, failures } = await play({ ...plan, corpus, isSpoilt: false })

    assert.deepEqual(failures, [])
    assert.ok(met > 30 && met < questions, `${met} were met`)
  })

  test(`without some of their indexes questions about ${name} have the same answers`, async () => {
    const corpus = await loadCorpus(name)

    const { warned, failures } = await play({ ...plan, corpus, isSpoilt: true })

    assert.deepEqual(failures, [])
    assert.ok(warned > 10, `${warned} were warned of`)
  })
}
