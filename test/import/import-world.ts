import { createHash } from 'node:crypto'
import { defaultSettings } from '../../lib/core/settings.ts'
import type { ImportJob } from '../../lib/import/import-file.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { FakeArchive, TestClock } from './fake-archive.ts'
import { chunked, importTime } from './read-all.ts'

export const hourMillis = 3600 * 1000
// 100 events are 10 batches are 2.5 groups.
export const settings = { ...defaultSettings, importBatchEvents: 10, importGroupBatches: 4 }
export const hundred = Array.from({ length: 100 }, (_, n) => `{"n":${n}}`).join('\n')

/** An import of this content into an archive that remembers. */
export function world(content: string | Buffer, changes: Partial<ImportJob> = {}) {
  const bytes = Buffer.from(content)
  const clock = new TestClock(importTime)
  const archive = new FakeArchive(clock)
  const contentHash = createHash('sha256').update(bytes).digest('hex')
  const source = {
    name: 'events.ndjson',
    sizeBytes: bytes.length,
    contentHash,
    chunks: () => chunked([bytes.subarray(0, 50), bytes.subarray(50)]),
  }
  const store = new MemoryStore(clock)
  const job: ImportJob = { archive, store, clock, settings, source, options: {}, ...changes }
  return { job, archive, clock, numbers: () => numbersOf(archive) }
}

function numbersOf(archive: FakeArchive): number[] {
  return archive.lines().map(line => JSON.parse(line).n)
}

export const all = Array.from({ length: 100 }, (_, n) => n)
export const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

/**
 * Lets `count` batches be stored; the process dies before the next is, or before its answer
 * comes.
 */
export function dieAfter(
  archive: FakeArchive,
  count: number,
  when: 'beforeAppend' | 'afterAppend',
): void {
  let left = count
  archive[when] = () => {
    if (left-- <= 0) throw new Error('the process died')
  }
}

export function revive(archive: FakeArchive): void {
  archive.beforeAppend = () => {}
  archive.afterAppend = () => {}
}
