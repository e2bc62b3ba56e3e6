import { ArchiveError } from '../core/errors.ts'
import { Asking, type Library } from './asking.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { hitOf } from './hit.ts'
import type { Found } from './holding.ts'
import { lookAhead } from './look-ahead.ts'
import { furthest, type Position } from './position.ts'
import type { AnswerEnd, Hit, Hits, Order, SearchQuestion } from './question.ts'
import { Reading, type ReadingOptions } from './reading.ts'
import { fingerprintOf, type Scope, scopeAfter, scopeOf } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Events in order, as they are found. Throws `invalid` at once for a question that cannot be meant.
 */
export function search(library: Library, question: SearchQuestion): Hits {
  return new Search(library, question)
}

class Search implements Hits {
  readonly #asking: Asking
  readonly #scope: Scope
  readonly #order: Order
  /** Events still to be given out. */
  #wanted: number
  /** Bytes of their lines that still may be. */
  #roomBytes: number
  readonly #fingerprint: string
  /** Where an earlier answer ended. */
  readonly #start: Position | undefined
  #last: Found | undefined
  /** Where the budget ended, if there was nothing to give out for long. */
  #reached: Position | undefined
  #isStarted = false
  #mayHaveMore = true

  constructor(library: Library, question: SearchQuestion) {
    const { order = 'desc', limit, cursor } = question
    if (order !== 'asc' && order !== 'desc') {
      throw invalid('/order', `order is ${JSON.stringify(order)}, expected asc or desc`)
    }
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
      throw invalid('/limit', `limit is ${limit}, expected a whole number above 0`)
    }
    this.#asking = new Asking(library, question)
    this.#scope = scopeOf(question)
    this.#order = order
    this.#wanted = Math.min(limit ?? Infinity, library.settings.answerEventsMax)
    this.#roomBytes = library.settings.answerBytesMax
    this.#fingerprint = fingerprintOf(question, order)
    this.#start = cursor === undefined ? undefined : decodeCursor(cursor, this.#fingerprint)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Hit> {
    if (this.#isStarted) throw new ArchiveError('invalid', 'an answer can be read only once')
    this.#isStarted = true
    this.#asking.ahead = lookAhead(this.#asking, this.#options())
    for await (const snapshot of this.#asking.snapshots()) {
      try {
        yield* this.#read(snapshot)
        return
      } catch (error) {
        if (!(await this.#asking.isOutdated(error))) throw error
      }
    }
  }

  /** The answer from where it is. */
  async *#read(snapshot: Snapshot): AsyncGenerator<Hit> {
    const position = this.#position()
    const reading = new Reading(this.#asking, snapshot, this.#options())
    try {
      for await (const group of reading.events(position)) {
        for (const found of group) {
          if (this.#asking.isPending) await this.#asking.confirm()
          this.#last = found
          this.#wanted--
          const hit = hitOf(found)
          this.#roomBytes -= hit.line.length
          yield hit
          // More may follow: the cursor tells, where a look ahead would cost a request.
          if (this.#roomBytes <= 0) return
        }
      }
    } catch (error) {
      if (!this.#asking.endsBy(error)) throw error
      await this.#asking.confirm()
      this.#reached = reading.reached
    }
    await this.#asking.confirm()
    this.#mayHaveMore = this.#asking.isSpent || (this.#wanted === 0 && reading.hasMore)
  }

  /** Of the rest of the answer. */
  #options(): ReadingOptions {
    const scope = scopeAfter(this.#scope, this.#position(), this.#order)
    return { scope, order: this.#order, wanted: this.#wanted }
  }

  /** Behind the last event given out, and behind times that were read to no avail. */
  #position(): Position | undefined {
    return furthest([this.#start, this.#last && positionOf(this.#last), this.#reached], this.#order)
  }

  end(): AnswerEnd {
    const position = this.#mayHaveMore ? this.#position() : undefined
    const cursor = position ? encodeCursor(position, this.#fingerprint) : null
    return this.#asking.end(!this.#mayHaveMore, cursor)
  }
}

/** Made only when somebody asks: it takes the event's hash. */
function positionOf({ event, ordinal }: Found): Position {
  return { timeMicros: event.timeMicros, stream: event.stream, hash: event.hash, ordinal }
}

function invalid(pointer: string, detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}
