import { ArchiveError } from '../core/errors.ts'
import { Asking, type Library } from './asking.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { Gone } from './gone.ts'
import { hitOf } from './hit.ts'
import type { Position } from './position.ts'
import type { AnswerEnd, Hit, Hits, Order, SearchQuestion } from './question.ts'
import { Reading } from './reading.ts'
import { fingerprintOf, type Scope, scopeOf } from './scope.ts'

/** Events in order, as they are found. Throws `invalid` at once for a question that cannot be meant. */
export function search(library: Library, question: SearchQuestion): Hits {
  return new Search(library, question)
}

class Search implements Hits {
  readonly #asking: Asking
  readonly #scope: Scope
  readonly #order: Order
  readonly #limit: number
  readonly #fingerprint: string
  /** The last event given out, or where an earlier answer ended. */
  #position: Position | undefined
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
    this.#asking = new Asking(library, question.signal)
    this.#scope = scopeOf(question)
    this.#order = order
    this.#limit = Math.min(limit ?? Infinity, library.settings.answerEventsMax)
    this.#fingerprint = fingerprintOf(question, order)
    this.#position = cursor === undefined ? undefined : decodeCursor(cursor, this.#fingerprint)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Hit> {
    if (this.#isStarted) throw new ArchiveError('invalid', 'an answer can be read only once')
    this.#isStarted = true
    let wanted = this.#limit
    for await (const snapshot of this.#asking.snapshots()) {
      const reading = new Reading(this.#asking, snapshot, {
        scope: this.#scope,
        order: this.#order,
        wanted,
      })
      try {
        for await (const found of reading.events(this.#position)) {
          const { timeMicros, stream, hash } = found.event
          this.#position = { timeMicros, stream, hash, ordinal: found.ordinal }
          wanted--
          yield hitOf(found)
        }
        this.#mayHaveMore = wanted === 0 && reading.hasMore
        return
      } catch (error) {
        if (!(error instanceof Gone)) throw error
      }
    }
  }

  end(): AnswerEnd {
    const position = this.#mayHaveMore ? this.#position : undefined
    const cursor = position ? encodeCursor(position, this.#fingerprint) : null
    return this.#asking.end(!this.#mayHaveMore, cursor)
  }
}

function invalid(pointer: string, detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}
