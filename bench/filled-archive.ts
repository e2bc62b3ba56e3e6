import { type Archive, openArchive } from '../lib/archive.ts'
import { systemClock } from '../lib/core/clock.ts'
import { MemoryStore } from '../lib/store/memory-store.ts'
import type { Store } from '../lib/store/store.ts'
import type { CorpusBlock, CorpusOptions, GeneratedCorpus } from './corpora/generated-corpus.ts'

/** Raw bytes of one append: what a busy writer sends at once. */
const batchBytes = 8 * 2 ** 20
/** Batches that wait when the brigade comes by. */
const batchesAFold = 16

/** A generated corpus in an archive, folded and compacted as far as it goes. */
export interface FilledArchive {
  readonly corpus: GeneratedCorpus
  readonly options: CorpusOptions
  readonly archive: Archive
  readonly store: Store
  readonly rawBytes: number
  readonly eventCount: number
}

/** Appends the corpus as writers would and lets the brigade come by now and then. */
export async function fillArchive(
  corpus: GeneratedCorpus,
  options: CorpusOptions,
  store: Store = new MemoryStore(systemClock),
): Promise<FilledArchive> {
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  const { timeFields } = corpus
  let rawBytes = 0
  let eventCount = 0
  let batches = 0
  for (const batch of batchesOf(corpus.blocks(options))) {
    await archive.append({ lines: batch.lines, ...(timeFields && { timeFields }) })
    rawBytes += batch.rawBytes
    eventCount += batch.eventCount
    if (++batches % batchesAFold === 0) await archive.brigadeOnce()
  }
  await archive.brigadeOnce()
  return { corpus, options, archive, store, rawBytes, eventCount }
}

/** Joins blocks until they make a batch. */
export function* batchesOf(
  blocks: Iterable<CorpusBlock>,
  sizeBytes = batchBytes,
): Generator<CorpusBlock> {
  let held: CorpusBlock[] = []
  let heldBytes = 0
  for (const block of blocks) {
    held.push(block)
    heldBytes += block.lines.length
    if (heldBytes < sizeBytes) continue
    yield joined(held)
    held = []
    heldBytes = 0
  }
  if (held.length > 0) yield joined(held)
}

function joined(blocks: readonly CorpusBlock[]): CorpusBlock {
  return {
    lines: Buffer.concat(blocks.map(block => block.lines)),
    eventCount: blocks.reduce((sum, block) => sum + block.eventCount, 0),
    rawBytes: blocks.reduce((sum, block) => sum + block.rawBytes, 0),
  }
}
