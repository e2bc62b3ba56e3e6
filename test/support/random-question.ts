import fc from 'fast-check'
import type { Settings } from '../../lib/core/settings.ts'
import type { SearchQuestion } from '../../lib/read/question.ts'
import { type Expected, expectedAnswer } from './oracle.ts'
import type { ArchiveShape } from './random-archive.ts'

const queries: Record<string, (event: Record<string, unknown>) => boolean> = {
  '': () => true,
  'n:1': event => event.n === 1,
  y: event => /\by\b/.test(String(event.word)),
  'NOT n:2': event => event.n !== 2,
}

/** Questions that fit the archives of `random-archive.ts`. */
export const questions: fc.Arbitrary<SearchQuestion> = fc.record(
  {
    query: fc.constantFrom(...Object.keys(queries)),
    stream: fc.constantFrom('a', 'b', 'c/1', 'nowhere'),
    startMicros: fc.integer({ min: 0, max: 5 }),
    endMicros: fc.integer({ min: 6, max: 3605 }),
    order: fc.constantFrom('asc' as const, 'desc' as const),
  },
  { requiredKeys: [] },
)

/** Readers in every kind of trouble: no memory, no cache, one request at a time, nothing merged. */
export const readerSettings: fc.Arbitrary<Partial<Settings>> = fc.record(
  {
    readMemoryBytes: fc.integer({ min: 1, max: 3000 }),
    readConcurrency: fc.integer({ min: 1, max: 3 }),
    mergeGapBytes: fc.integer({ min: 0, max: 100 }),
    cacheBytes: fc.constant(0),
  },
  { requiredKeys: [] },
)

export function expectedOf(shape: ArchiveShape, question: SearchQuestion): Expected[] {
  const { query = '', ...others } = question
  const events = shape.batches.flatMap(batch => batch.events)
  return expectedAnswer(events, { ...others, matches: queries[query] ?? (() => true) })
}
