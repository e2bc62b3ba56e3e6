import type { LineWalker } from '../bucket/line.ts'
import { ArchiveError } from '../core/errors.ts'
import { formatTime } from '../core/time.ts'
import type { FieldSummary } from '../index/field-summary.ts'
import { fieldValues } from '../query/field-values.ts'
import { timeField } from '../query/query.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { lookAheadAll } from './look-ahead.ts'
import type { Known } from './plan-frames.ts'
import type { ValuesAnswer, ValuesQuestion } from './question.ts'
import { type Scope, scopeOf } from './scope.ts'
import { spelledJson } from './spelled-json.ts'
import { isWithin, type Tally, tallyEvents } from './tally.ts'

const defaultLimit = 10
const streamField = '@stream'

/**
 * The most frequent values of a field. An event counts once for each distinct value it has; strings
 * are compared as texts, numbers as they are spelled, null is no value. Throws `too-large` when
 * there are more than `distinctValuesMax`.
 */
export async function values(library: Library, question: ValuesQuestion): Promise<ValuesAnswer> {
  const { field, limit = defaultLimit } = question
  if (typeof field !== 'string' || field === '') throw invalid('/field', 'no field is named')
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw invalid('/limit', `limit is ${limit}, expected a whole number above 0`)
  }
  const scope = scopeOf(question)
  const asking = new Asking(library, question)
  asking.ahead = lookAheadAll(asking, scope)
  const counter = await withSnapshot(asking, async snapshot => {
    const counted = new ValueCounter(field, library.settings.distinctValuesMax)
    await tallyEvents(asking, snapshot, scope, tallyOf(counted, scope))
    return counted
  })
  const sorted = [...counter.counts].sort(
    ([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1),
  )
  return {
    values: sorted.slice(0, limit).map(([value, count]) => ({ value, count })),
    distinct: counter.counts.size,
    count: counter.eventCount,
    ...asking.end(),
  }
}

function tallyOf(counter: ValueCounter, scope: Scope): Tally {
  const add = (line: LineWalker): void => counter.add(line)
  const isInside = (part: Known) => isWithin(part, scope.startMicros, scope.endMicros)
  if (counter.field === timeField) return { add, headsOnly: true }
  if (counter.field === streamField) {
    const suffices = (part: Known) => part.stream !== undefined && isInside(part)
    const take = (part: Known) => counter.note(JSON.stringify(part.stream), part.eventCount)
    return { add, headsOnly: true, known: { suffices, take } }
  }
  return {
    add,
    known: {
      suffices: part => part.values !== undefined && isInside(part),
      take: part => {
        for (const listed of part.values ?? []) counter.noteListed(listed)
      },
      field: counter.field,
    },
  }
}

class ValueCounter {
  readonly field: string
  readonly counts = new Map<string, number>()
  eventCount = 0
  readonly #distinctMax: number
  readonly #read: ReturnType<typeof fieldValues>
  readonly #ofEvent = new Set<string>()

  constructor(field: string, distinctMax: number) {
    this.field = field
    this.#distinctMax = distinctMax
    this.#read = fieldValues(field)
  }

  add(line: LineWalker): void {
    const ofEvent = this.#ofEvent
    ofEvent.clear()
    if (this.field === timeField) ofEvent.add(JSON.stringify(formatTime(line.timeMicros)))
    else {
      this.#read(line.bytes, line.start, (start, end) => {
        const value = spelledJson(line.bytes.toString('utf8', start, end))
        if (value !== 'null') ofEvent.add(value)
      })
    }
    if (ofEvent.size > 0) this.eventCount++
    for (const value of ofEvent) this.#count(value, 1)
  }

  /** Events that have this one value. */
  note(value: string, eventCount: number): void {
    if (eventCount === 0) return
    this.eventCount += eventCount
    this.#count(value, eventCount)
  }

  /** Events whose values are listed. */
  noteListed({ eventCount, values }: FieldSummary): void {
    this.eventCount += eventCount
    for (const [value, count] of values) {
      this.#count(Buffer.from(value, 'latin1').toString('utf8'), count)
    }
  }

  #count(value: string, eventCount: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + eventCount)
    if (this.counts.size > this.#distinctMax) {
      throw new ArchiveError(
        'too-large',
        `${this.field} has more than ${this.#distinctMax} values: ` +
          'ask for a shorter range, one stream or a narrower query',
      )
    }
  }
}

function invalid(pointer: string, detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}
