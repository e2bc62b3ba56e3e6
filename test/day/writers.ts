import { openFront } from '../../lib/archive.ts'
import { makeBatchId } from '../../lib/core/batch-id.ts'
import type { Clock } from '../../lib/core/clock.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { type Random, seededRandom } from '../../lib/core/random.ts'
import type { Store } from '../../lib/store/store.ts'
import type { Feed } from './feed.ts'

const minuteMicros = 60e6
const timeFields = ['@time', 'eventTime']
const retryMillis = 2_000

export interface WriterCounts {
  batches: number
  events: number
  rawBytes: number
  /** Batches sent again by the writer itself, with the same id. */
  retries: number
}

interface WriterPlace {
  readonly clock: Clock
  readonly storeOf: (number: number) => Store
}

/**
 * Producers with the library: each appends once a minute what it got, and sends what was not
 * acknowledged again until it is. Resolves when all of it is.
 */
export async function runWriters(
  { clock, storeOf }: WriterPlace,
  feed: Feed,
  options: { readonly writers: number; readonly seed: number; readonly endMicros: number },
): Promise<WriterCounts> {
  const counts: WriterCounts = { batches: 0, events: 0, rawBytes: 0, retries: 0 }
  const hands = await Promise.all(
    Array.from({ length: options.writers }, async (_, number) => {
      const random = seededRandom(options.seed * 1000 + number)
      const store = storeOf(number)
      const front = await openFront({ store, clock, random, settings: { groupCommitMillis: 0 } })
      return { front, random }
    }),
  )
  const sent: Promise<void>[] = []
  while (clock.nowMicros() < options.endMicros) {
    await clock.sleep(minuteMicros / 1000)
    const lines = feed.linesBefore(clock.nowMicros())
    for (const [number, { front, random }] of hands.entries()) {
      const own = lines.filter((_, i) => i % options.writers === number)
      if (own.length === 0) continue
      const bytes = Buffer.from(`${own.join('\n')}\n`)
      const delayMillis = (number / options.writers) * 60_000
      sent.push(clock.sleep(delayMillis).then(() => deliver(front, clock, random, bytes, counts)))
    }
  }
  await Promise.all(sent)
  return counts
}

async function deliver(
  front: Awaited<ReturnType<typeof openFront>>,
  clock: Clock,
  random: Random,
  lines: Buffer,
  counts: WriterCounts,
): Promise<void> {
  const key = makeBatchId(clock, random)
  for (;;) {
    try {
      const { accepted } = await front.append({ lines, key, timeFields })
      counts.batches++
      counts.events += accepted
      counts.rawBytes += lines.length
      return
    } catch (fault) {
      if (!(fault instanceof ArchiveError) || fault.code !== 'unavailable') throw fault
      counts.retries++
      await clock.sleep(retryMillis)
    }
  }
}
