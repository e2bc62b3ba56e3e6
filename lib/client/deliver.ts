import type { ArchiveClient } from './archive-client.ts'
import { makeBatchKey } from './batch-key.ts'
import { ArchiveClientError } from './client-error.ts'
import type { Timers } from './timers.ts'

/** An event on its way, and whom to tell. */
export interface Parcel {
  /** JSON and a line feed. */
  readonly line: Uint8Array<ArrayBuffer>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface Route {
  readonly client: ArchiveClient
  readonly stream: string
  readonly timers: Timers
  /** How long a batch is retried before its events are given up. */
  readonly retryMillis: number
  /** How long one attempt may take. */
  readonly attemptMillis: number
}

/**
 * Sends events as one batch until the archive has said what became of each, and tells their
 * senders. A batch is all or nothing (`strict`): when the archive refuses some lines, nothing was
 * stored, those senders are told why, and the rest goes as a new batch. So no event's fate is ever
 * a guess, even when the archive lists only the first of many faults. Never throws.
 */
export async function deliver(parcels: readonly Parcel[], route: Route): Promise<void> {
  if (parcels.length === 0) return
  try {
    await send(parcels, route)
    for (const parcel of parcels) parcel.resolve()
  } catch (error) {
    const rest = error instanceof ArchiveClientError ? rejectRefused(parcels, error) : undefined
    if (rest) await deliver(rest, route)
    else if (isTooLarge(error) && parcels.length > 1) {
      const middle = parcels.length >> 1
      await deliver(parcels.slice(0, middle), route)
      await deliver(parcels.slice(middle), route)
    } else for (const parcel of parcels) parcel.reject(error)
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof ArchiveClientError && error.code === 'too-large'
}

/**
 * Rejects the events whose lines the archive refused; the others, or `undefined` if it named none.
 */
function rejectRefused(
  parcels: readonly Parcel[],
  { code, status, errors }: ArchiveClientError,
): readonly Parcel[] | undefined {
  if (code !== 'invalid') return undefined
  const refused = new Set<Parcel>()
  for (const detail of errors) {
    const parcel = parcels[(detail.line ?? 0) - 1]
    if (!parcel) continue
    refused.add(parcel)
    parcel.reject(new ArchiveClientError(detail.detail, { code, status, errors: [detail] }))
  }
  return refused.size === 0 ? undefined : parcels.filter(parcel => !refused.has(parcel))
}

const firstPauseMillis = 100
const pauseMillisMax = 30_000

/**
 * The same key and the same bytes at every attempt: however often it arrives, it is stored once.
 * Only a key that the first attempt is refused for is replaced.
 */
async function send(parcels: readonly Parcel[], route: Route): Promise<void> {
  const { timers } = route
  const startMillis = timers.nowMillis()
  let key = makeBatchKey(startMillis)
  const body = new Uint8Array(await new Blob(parcels.map(parcel => parcel.line)).arrayBuffer())
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnce(body, key, route)
    } catch (error) {
      if (attempt === 0 && isKeyRefused(error)) {
        // The clock is wrong here or there. Nothing was stored under this key, and one without a
        // time costs the archive a PUT.
        key = `producer-${key}`
        continue
      }
      const pauseMillis = pauseAfter(error, attempt, timers)
      const spentMillis = timers.nowMillis() - startMillis
      if (pauseMillis === undefined || spentMillis + pauseMillis > route.retryMillis) throw error
      await timers.sleep(pauseMillis)
    }
  }
}

/** Its time lies too far in the future, or in the past. */
function isKeyRefused(error: unknown): boolean {
  return error instanceof ArchiveClientError && error.errors[0]?.pointer === 'Idempotency-Key'
}

async function sendOnce(body: Uint8Array<ArrayBuffer>, key: string, route: Route): Promise<void> {
  const { client, stream, timers, attemptMillis } = route
  const expired = new AbortController()
  const finished = new AbortController()
  void timers.sleep(attemptMillis, finished.signal).then(() => {
    if (!finished.signal.aborted) expired.abort()
  })
  try {
    await client.append(stream, body, { key, strict: true, signal: expired.signal })
  } catch (cause) {
    if (!expired.signal.aborted) throw cause
    const message = `no answer within ${attemptMillis} ms`
    throw new ArchiveClientError(message, { code: 'unavailable', cause })
  } finally {
    finished.abort()
  }
}

/** How long to wait before the next attempt; `undefined`: the same request cannot succeed. */
function pauseAfter(error: unknown, attempt: number, timers: Timers): number | undefined {
  if (!(error instanceof ArchiveClientError)) return undefined
  if (error.code !== 'unavailable' && error.status < 500) return undefined
  const pauseMillis = Math.min(firstPauseMillis * 2 ** attempt, pauseMillisMax)
  const jittered = pauseMillis * (0.5 + timers.chance() / 2)
  return Math.max(jittered, (error.retryAfterSeconds ?? 0) * 1000)
}
