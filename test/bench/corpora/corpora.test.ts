import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { adversaries, workloads } from '../../../bench/corpora/corpora.ts'
import type { GeneratedCorpus } from '../../../bench/corpora/generated-corpus.ts'
import { openArchive } from '../../../lib/archive.ts'
import { systemClock } from '../../../lib/core/clock.ts'
import { MemoryStore } from '../../../lib/store/memory-store.ts'

const options = { seed: 7, sizeBytes: 3 * 2 ** 20 }

describe('generated corpora', () => {
  for (const corpus of [...workloads, ...adversaries]) {
    test(`${corpus.name}: an archive takes every event`, async () => {
      const archive = await openArchive({
        store: new MemoryStore(systemClock),
        settings: { groupCommitMillis: 0 },
      })
      const { timeFields } = corpus

      for (const { lines, eventCount } of corpus.blocks(options)) {
        const receipt = await archive.append({ lines, ...(timeFields && { timeFields }) })

        assert.deepEqual(receipt.errors, [])
        assert.equal(receipt.accepted, eventCount)
      }
    })

    test(`${corpus.name}: the same seed gives the same bytes, another one others`, () => {
      const first = hashOf(corpus, options.seed)

      assert.equal(hashOf(corpus, options.seed), first)
      assert.notEqual(hashOf(corpus, options.seed + 1), first)
    })

    test(`${corpus.name}: it has the size that was asked for, and its fields`, () => {
      const blocks = [...corpus.blocks(options)]
      const rawBytes = blocks.reduce((sum, block) => sum + block.rawBytes, 0)
      const text = Buffer.concat(blocks.map(block => block.lines)).toString()

      assert(rawBytes >= options.sizeBytes && rawBytes < options.sizeBytes + 2 ** 20)
      for (const field of [...corpus.rareFields, ...corpus.commonFields]) {
        assert(text.includes(`"${field.split('.').at(-1)}":`), `no event has ${field}`)
      }
    })
  }
})

function hashOf(corpus: GeneratedCorpus, seed: number): string {
  const hash = createHash('sha256')
  for (const { lines } of corpus.blocks({ ...options, seed })) hash.update(lines)
  return hash.digest('hex')
}
