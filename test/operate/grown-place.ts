import { Member } from '../../lib/brigade/member.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { restoreFrom } from '../../lib/operate/restore.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'
import { allAnswers } from '../support/all-answers.ts'
import { appendBatch, setPolicies } from '../support/brigade-place.ts'
import { readerOf } from '../support/read-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
export const day = 24 * 3600e3

/** Two days rolled up, an hour of runs on their own, and two fresh batches. */
export async function grownPlace(): Promise<TestPlace> {
  const place = makePlace({ rollupPartsMin: 2, manifestBucketsMax: 20, recentMax: 0 })
  await setPolicies(place, [
    { pattern: '**', bucketSizeBytes: 1, frameSizeBytes: 1, periodMicros: hour },
  ])
  const member = new Member(place)
  for (let hours = 0; hours < 48; hours += 12) {
    place.clock.advance(day / 2)
    await appendBatch(place, lines(48, testStartMicros + hours * hour, `${hours}`))
    await member.once()
  }
  place.clock.advance(40 * day)
  await appendBatch(place, lines(3, place.clock.nowMicros(), 'late'))
  await member.once()
  await appendBatch(place, lines(2, place.clock.nowMicros(), 'fresh'))
  await appendBatch(place, lines(2, testStartMicros, 'old'))
  return place
}

export function lines(count: number, startMicros: number, id: string): string[] {
  return Array.from({ length: count }, (_, i) => {
    const word = i % 5 === 0 ? 'y' : 'x'
    const micros = startMicros + (i * hour) / 4
    return `{"@time":${micros},"@stream":"s/${i % 3}","@id":"${id}-${i}","n":${i},"w":"${word}"}`
  })
}

export const otherStore = (place: TestPlace) => new MemoryStore(place.clock)

/** Another place for the archive of a backup. */
export async function restored(place: TestPlace, backup: Store, options = {}): Promise<TestPlace> {
  const target = { ...place, store: otherStore(place) }
  await restoreFrom(target, backup, options)
  return target
}

export const answersOf = ({ store }: { readonly store: Store }) => allAnswers(readerOf(store))

export const isConflict = (what: RegExp) => (fault: unknown) =>
  fault instanceof ArchiveError && fault.code === 'conflict' && what.test(fault.message)
