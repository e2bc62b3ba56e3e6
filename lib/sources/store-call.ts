import { makeBatchId } from '../core/batch-id.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { itemsWithDeadLetters } from './dead-letters.ts'
import { type ImportPlace, importObject } from './import-object.ts'
import type { Item } from './items.ts'
import { isOwnObject } from './landed-object.ts'
import type { Piece } from './pieces.ts'

export interface SourcesPlace extends ImportPlace {
  readonly random: Random
  /** ARN of the queue that holds what the function was called with in vain. */
  readonly deadLetterArn?: string | undefined
}

/** What a source is told: it sends the named items again, and no others. */
export interface CallReport {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/** Given to whoever calls, to be logged: a source only hears that, not why. */
export type OnFailure = (failureId: string | undefined, error: unknown) => void

/**
 * Stores all that a call of AWS brings, before it returns. As events carry the ids of their
 * source, it does no harm when the source sends some of them again, in whatever mix. Throws when
 * something failed and the source takes no report.
 */
export async function storeCall(
  place: SourcesPlace,
  call: unknown,
  signal: AbortSignal,
  onFailure: OnFailure,
): Promise<CallReport> {
  const { items, failures } = itemsWithDeadLetters(call, place.deadLetterArn)
  const run = new CallRun(place, signal)
  for (const item of items) {
    if (failures === 'lowest' && run.failed.size > 0) break
    await run.take(item)
  }
  await run.flush()
  for (const [item, error] of run.failed) onFailure(item.failureId, error)
  const failed = items.filter(item => run.failed.has(item))
  const ids = failed.flatMap(({ failureId }) => failureId ?? [])
  if (failed.length > 0 && (failures === 'throw' || ids.length < failed.length)) {
    throw run.failed.get(failed[0]!)
  }
  const told = failures === 'lowest' ? ids.slice(0, 1) : ids
  return { batchItemFailures: told.map(itemIdentifier => ({ itemIdentifier })) }
}

/** The lines of many items go to the archive together; when that fails, each of them failed. */
class CallRun {
  readonly failed = new Map<Item, unknown>()
  readonly #place: SourcesPlace
  readonly #signal: AbortSignal
  #lines: Buffer[] = []
  #sizeBytes = 0
  #eventCount = 0
  #items = new Set<Item>()

  constructor(place: SourcesPlace, signal: AbortSignal) {
    this.#place = place
    this.#signal = signal
  }

  async take(item: Item): Promise<void> {
    try {
      this.#signal.throwIfAborted()
      for await (const piece of item.pieces(this.#place.settings)) {
        for (const line of await this.#linesOf(piece)) await this.#add(line, item)
      }
    } catch (error) {
      this.failed.set(item, error)
    }
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return
    const { archive, clock, random } = this.#place
    const lines = Buffer.concat(this.#lines, this.#sizeBytes)
    const items = this.#items
    this.#lines = []
    this.#sizeBytes = 0
    this.#eventCount = 0
    this.#items = new Set()
    try {
      // With a key it is a PUT of its own, which ends when the call does.
      const key = makeBatchId(clock, random)
      const { rejected, errors } = await archive.append({ lines, key, signal: this.#signal })
      if (rejected > 0) {
        const reason = errors[0]?.detail
        throw new ArchiveError('invalid', `the archive refused ${rejected} events: ${reason}`)
      }
    } catch (error) {
      for (const item of items) if (!this.failed.has(item)) this.failed.set(item, error)
    }
  }

  async #linesOf(piece: Piece): Promise<readonly Buffer[]> {
    if ('line' in piece) return [piece.line]
    if (isOwnObject(this.#place.store.url, piece.object)) return []
    return importObject(this.#place, piece.object, this.#signal)
  }

  async #add(line: Buffer, item: Item): Promise<void> {
    const { groupBytesMax, batchStreamsMax } = this.#place.settings
    const isFull =
      this.#sizeBytes + line.length + 1 > groupBytesMax || this.#eventCount >= batchStreamsMax
    if (isFull) await this.flush()
    this.#lines.push(line, lineFeed)
    this.#sizeBytes += line.length + 1
    this.#eventCount++
    this.#items.add(item)
  }
}

const lineFeed = Buffer.from('\n')
