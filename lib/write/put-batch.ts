import { pause, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { parseTailKey } from '../store/keys.ts'
import type { SealedBatch } from './batch.ts'

/** Where a batch id comes from that is refused for its time. */
const keyHeader = 'Idempotency-Key'

/**
 * Makes a batch durable (PROTOCOL W). Returns when it is: the one PUT landed, or the same batch had
 * landed before. Throws `unavailable` when the outcome is unknown: the same batch may be sent
 * again.
 */
export async function putBatch(
  place: Workplace,
  batch: SealedBatch,
  signal?: AbortSignal,
): Promise<void> {
  const idTimeMillis = parseTailKey(batch.key).idTimeMillis
  if (isTooNew(place, idTimeMillis)) {
    const detail = `the batch id lies in the future: ${describe(idTimeMillis)}`
    throw new ArchiveError('invalid', detail, {
      details: [{ pointer: keyHeader, detail, hint: 'a key without a time is good at any time' }],
    })
  }
  if (isTooOld(place, idTimeMillis) && holds('no-send-when-old'))
    return findOldBatch(place, batch.key)
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    // W3: a process may have been frozen between two attempts, so the age is looked at before each.
    if (isTooOld(place, idTimeMillis) && holds('no-send-when-old')) break
    signal?.throwIfAborted()
    const result = await place.store.create(batch.key, batch.bytes, signal)
    if (result.outcome === 'stored' || result.outcome === 'refused') {
      return acknowledge(place, idTimeMillis, result.storeTimeMicros)
    }
    if (!holds('ack-after-landing')) return
    await pause(place, attempt)
  }
  throw unknownOutcome(`the store did not confirm batch ${batch.key}`)
}

// W3: only the store's own clock decides here; safety rests on it.
function acknowledge(place: Workplace, idTimeMillis: number, storeTimeMicros: number): void {
  const ageMillis = storeTimeMicros / 1000 - idTimeMillis
  if (ageMillis > place.settings.acceptWindowMillis && holds('no-ack-when-old')) {
    throw unknownOutcome('the batch landed after its time window and may be forgotten')
  }
}

/**
 * W4: an old batch is never sent again, because what is not found may be forgotten. One that is
 * still in the tail may have landed so late that a floor above it is on its way: it is safe only
 * beyond the reach of every floor.
 */
async function findOldBatch(place: Workplace, key: string): Promise<void> {
  if (!holds('lookup-before-ack')) return
  const { identity, idTimeMillis } = parseTailKey(key)
  const { objects, storeTimeMicros } = await place.store.list(key, { limit: 1 })
  const { catalog } = await loadCatalog(place.store)
  const settled = await Settled.load(place.store, catalog, [identity])
  if (settled.inRecent(identity) || settled.inAbsorbed(identity)) return
  if (objects[0]?.key === key && !settled.belowFloor(identity)) {
    const ageMillis = storeTimeMicros / 1000 - idTimeMillis
    const { acceptWindowMillis, floorLagMillis } = place.settings
    if (ageMillis <= floorLagMillis - acceptWindowMillis || !holds('no-late-find')) return
    throw unknownOutcome('the batch is in the tail, so long after its id was made that it may go')
  }
  throw new ArchiveError(
    'conflict',
    `batch ${identity} is older than the idempotency window and was not found: ` +
      'whether it was stored cannot be told any more',
    {
      details: [
        {
          pointer: keyHeader,
          detail: 'the batch id is too old',
          hint: 'look whether its events are there',
        },
      ],
    },
  )
}

function isTooOld(place: Workplace, idTimeMillis: number): boolean {
  return place.clock.nowMicros() / 1000 - idTimeMillis > place.settings.acceptWindowMillis
}

function isTooNew(place: Workplace, idTimeMillis: number): boolean {
  return idTimeMillis - place.clock.nowMicros() / 1000 > place.settings.futureWindowMillis
}

function unknownOutcome(what: string): ArchiveError {
  return new ArchiveError('unavailable', `${what}: send the same batch again`, {
    retryAfterSeconds: 1,
  })
}

function describe(idTimeMillis: number): string {
  return new Date(idTimeMillis).toISOString()
}
