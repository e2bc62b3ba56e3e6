import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { type MeteredStore, meter } from '../store/metering-store.ts'
import type { Store } from '../store/store.ts'
import type { PartFrame, PartOrder, PartRange } from './part-order.ts'
import { type PackedLines, type PartReply, packedBytes, packLines } from './part-reply.ts'
import { scanFrameOrder } from './scan-frame-order.ts'

export interface PartPlace {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  /** Memory of the process: with the time it takes this is what it costs. */
  readonly gigabytes: number
}

/**
 * Carries out one order: fetches ranges ahead and looks through their frames, until time or the
 * room of a reply ends. What cannot be read is left to who asked, who reads it again, heals it or
 * reports it.
 */
export async function scanPart(
  { store, clock, settings, gigabytes }: PartPlace,
  order: PartOrder,
  signal: AbortSignal,
): Promise<PartReply> {
  const startMicros = clock.nowMicros()
  const stop = new AbortController()
  const metered = meter(store, clock, { hedgeMillis: settings.hedgeMillis })
  const scan = new PartScan(order, {
    store: metered,
    bytesMax: settings.scanReplyBytesMax,
    isLate: () => clock.nowMicros() - startMicros >= order.millisMax * 1000,
  })
  try {
    await scan.run(settings.scanRangesAhead, AbortSignal.any([signal, stop.signal]))
  } finally {
    stop.abort()
  }
  const { requests, hedges, bytesRead, millis } = metered.receipt()
  const cost = {
    gets: requests.get,
    hedges,
    bytesRead,
    gigabyteSeconds: (millis / 1000) * gigabytes,
  }
  return { frames: scan.frames, cost, problem: scan.problem }
}

interface PartScanOptions {
  readonly store: MeteredStore
  readonly bytesMax: number
  readonly isLate: () => boolean
}

class PartScan {
  readonly frames: (PackedLines | undefined)[] = []
  problem: string | undefined
  readonly #order: PartOrder
  readonly #options: PartScanOptions
  #bytes = 0

  constructor(order: PartOrder, options: PartScanOptions) {
    this.#order = order
    this.#options = options
  }

  async run(rangesAhead: number, signal: AbortSignal): Promise<void> {
    const { ranges } = this.#order
    const coming: Promise<Buffer | undefined>[] = []
    for (const [i, range] of ranges.entries()) {
      while (coming.length < ranges.length && coming.length <= i + rangesAhead) {
        const fetched = this.#fetch(ranges[coming.length]!, signal)
        // Nobody waits for it when this ends before its turn comes.
        fetched.catch(() => undefined)
        coming.push(fetched)
      }
      const bytes = await coming[i]
      coming[i] = Promise.resolve(undefined)
      if (!this.#look(range, bytes)) return
    }
  }

  /** `undefined`: it is not there, or cannot be had. */
  async #fetch({ key, start, end }: PartRange, signal: AbortSignal): Promise<Buffer | undefined> {
    try {
      const object = await this.#options.store.get(key, { range: { start, end }, signal })
      return object?.bytes
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ArchiveError)) throw error
      this.problem ??= error.message
      return undefined
    }
  }

  /** False when time or room ended. */
  #look(range: PartRange, bytes: Buffer | undefined): boolean {
    for (const frame of range.frames) {
      // The first is looked at in any case: so each order gets on.
      if (this.frames.length > 0 && this.#options.isLate()) return false
      const packed = bytes && this.#show(frame, bytes, range.start)
      const sizeBytes = packedBytes(packed)
      const isRoomy = this.#bytes + sizeBytes <= this.#options.bytesMax
      if (!isRoomy && this.frames.length > 0) return false
      // One that fits no reply at all is left to who asked.
      this.frames.push(isRoomy ? packed : undefined)
      if (isRoomy) this.#bytes += sizeBytes
    }
    return true
  }

  #show(frame: PartFrame, bytes: Buffer, rangeStart: number): PackedLines | undefined {
    const start = frame.entry.startByte - rangeStart
    const compressed = bytes.subarray(start, start + frame.entry.sizeBytes)
    try {
      return packLines(scanFrameOrder(compressed, { ...this.#order, ...frame }))
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
      return undefined
    }
  }
}
