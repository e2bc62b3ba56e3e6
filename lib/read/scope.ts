import { createHash } from 'node:crypto'
import { ArchiveError } from '../core/errors.ts'
import { isGlob, matchesGlob } from '../core/glob.ts'
import { asStreamName } from '../core/stream-name.ts'
import { isBeyondTerms } from '../index/beyond-terms.ts'
import { countableTerm, queryTerms } from '../index/query-terms.ts'
import { QueryBounds } from '../index/summary-bounds.ts'
import type { TermCondition, TermWanted } from '../index/term-condition.ts'
import { compileFilter, type EventFilter } from '../query/event-filter.ts'
import { requireQuery } from '../query/parse-query.ts'
import type { Position } from './position.ts'
import type { Order, Selection } from './question.ts'

/** A selection, checked and ready to be compared with what the archive holds. */
export interface Scope {
  /** The only stream wanted, when it is named outright. */
  readonly stream: string | undefined
  /** Pattern of the streams wanted; neither name nor pattern: all of them. */
  readonly glob: string | undefined
  /** Half-open. */
  readonly startMicros: number
  readonly endMicros: number
  /** As it was written. */
  readonly query: string
  readonly filter: EventFilter
  /** What the terms of a frame must be for it to hold a matching event. */
  readonly condition: TermCondition
  /** A term that exactly the matching events have; in a field, if it is in no other. */
  readonly countable: TermWanted | undefined
  /** How many events of a frame match, as far as its summary tells. */
  readonly bounds: QueryBounds
  /** Summaries may rule out frames that terms do not. */
  readonly isBeyondTerms: boolean
}

/** Throws `invalid` for a stream name, query or range that cannot be meant. */
export function scopeOf(selection: Selection): Scope {
  const { stream, startMicros = 0, endMicros = Infinity } = selection
  checkTime('/startMicros', startMicros)
  checkTime('/endMicros', endMicros)
  if (startMicros >= endMicros) {
    const detail = `the range ends at ${endMicros}, not after its start at ${startMicros}`
    throw new ArchiveError('invalid', detail, { details: [{ pointer: '/endMicros', detail }] })
  }
  const glob = stream !== undefined && isGlob(stream) ? stream : undefined
  const text = selection.query ?? ''
  const query = requireQuery(text)
  return {
    stream: stream === undefined || glob ? undefined : asStreamName(stream),
    glob,
    startMicros,
    endMicros,
    query: text,
    filter: compileFilter(query),
    condition: queryTerms(query),
    countable: countableTerm(query),
    bounds: new QueryBounds(query),
    isBeyondTerms: isBeyondTerms(query),
  }
}

function checkTime(pointer: string, micros: number): void {
  if (Number.isInteger(micros) || micros === Infinity) return
  const detail = `${micros} is no time in microseconds`
  throw new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}

/** What is left of a scope behind a position: what lies wholly before it is not read again. */
export function scopeAfter(scope: Scope, position: Position | undefined, order: Order): Scope {
  if (!position) return scope
  const { timeMicros } = position
  return order === 'asc'
    ? { ...scope, startMicros: Math.max(scope.startMicros, timeMicros) }
    : { ...scope, endMicros: Math.min(scope.endMicros, timeMicros + 1) }
}

export function wantsStream(scope: Scope, stream: string): boolean {
  if (scope.stream !== undefined) return stream === scope.stream
  return scope.glob === undefined || matchesGlob(stream, scope.glob)
}

export function wantsEveryStream(scope: Scope): boolean {
  return scope.stream === undefined && scope.glob === undefined
}

export function wantsTime(
  scope: Pick<Scope, 'startMicros' | 'endMicros'>,
  micros: number,
): boolean {
  return micros >= scope.startMicros && micros < scope.endMicros
}

/** Stands for what is asked, so that a cursor is used for the question it came from. */
export function fingerprintOf(selection: Selection, order: string): string {
  const { stream, query, startMicros, endMicros } = selection
  const asked = JSON.stringify([stream, query ?? '', startMicros ?? 0, endMicros ?? null, order])
  return createHash('sha256').update(asked).digest('base64url').slice(0, 11)
}
