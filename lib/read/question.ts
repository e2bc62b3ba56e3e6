import type { ErrorDetail } from '../core/errors.ts'

/** What every question says about the events it is about. */
export interface Selection extends Budget {
  /** Stream name or glob (`web/*`, `**` crosses slashes). Absent: every stream. */
  readonly stream?: string
  /** Query text (docs/query.md). Absent or empty: every event. */
  readonly query?: string
  /** Half-open range of `@time` in microseconds. Absent ends are open. */
  readonly startMicros?: number
  readonly endMicros?: number
  /**
   * The answer may be as old as this: events acknowledged since may be missing. A process that was
   * asked so short a time ago then asks for neither listing nor catalog. Absent: 0.
   */
  readonly freshnessMillis?: number
  readonly signal?: AbortSignal
}

/**
 * What an answer may cost. It ends before the request that would pass one of these limits. Only a
 * catalog that was replaced is read whatever its size.
 */
export interface Budget {
  readonly maxRequests?: number
  readonly maxBytes?: number
  /** Of the requests, at list prices. */
  readonly maxDollars?: number
}

export type Order = 'asc' | 'desc'

export interface SearchQuestion extends Selection {
  /** By (time, stream, id). Default `desc`: newest first. */
  readonly order?: Order
  /** Most events returned. Absent: all, up to `answerEventsMax` and `answerBytesMax`. */
  readonly limit?: number
  /** Where an earlier answer to the same question ended. */
  readonly cursor?: string
}

export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

export interface HistogramQuestion extends Selection {
  readonly interval: Interval
  /** IANA name, default UTC. */
  readonly timeZone?: string
}

export interface ValuesQuestion extends Selection {
  /** Field path as in a query, e.g. `userIdentity.arn`. */
  readonly field: string
  /** Most values returned, most frequent first. Default 10. */
  readonly limit?: number
}

export interface TermsQuestion extends Omit<Selection, 'query'> {
  /** What a person types: a word, "phrase", pattern or address without field, as in a query. */
  readonly term: string
  /** Most tokens returned of each field. Default 10. */
  readonly limit?: number
}

export interface FieldsQuestion extends Selection {
  /** Most examples returned of each field. Default 3. */
  readonly limit?: number
}

export interface HoursQuestion extends Selection {
  /** Default `hour`. */
  readonly interval?: Interval
  /** IANA name, default UTC. */
  readonly timeZone?: string
}

export interface ContextQuestion {
  /** As a `Hit` has it. */
  readonly id: string
  /** Where to look for an event's own `@id`, which may stand in several streams. */
  readonly stream?: string
  /** Most events returned of those before it and after it in its stream. Default 0. */
  readonly before?: number
  readonly after?: number
  readonly signal?: AbortSignal
}

/** What is asked of events yet to come. */
export type FollowQuestion = Pick<Selection, 'stream' | 'query' | 'signal'>

/** What an answer cost. */
export interface Receipt {
  readonly requests: Readonly<Record<'get' | 'list' | 'put' | 'delete', number>>
  /** GETs among them that repeat a late one. */
  readonly hedges: number
  /** Longest chain of requests each of which waited for the one before. */
  readonly rounds: number
  readonly bytesRead: number
  readonly bytesWritten: number
  /** Calls of the scan function; absent: none. Their requests and bytes are counted above. */
  readonly scans?: { readonly calls: number; readonly gigabyteSeconds: number }
  /** Estimated price of requests and calls at list prices, us-east-1. */
  readonly dollars: number
  readonly millis: number
}

/** What an answer had to do without (promise 4). */
export interface Damage {
  readonly object: string
  readonly startByte: number
  readonly endByte: number
  /** Streams that may miss events; empty: unknown. */
  readonly streams: readonly string[]
  readonly startMicros: number
  readonly endMicros: number
  readonly eventCount: number
  readonly reason: string
}

/** A damaged part that parity healed: the answer is whole, what is stored is not. */
export type Healed = Pick<Damage, 'object' | 'startByte' | 'endByte' | 'reason'>

/** A question that is not carried out, only planned. */
export interface ExplainQuestion extends Selection {
  readonly question: 'search' | 'count' | 'histogram' | 'values'
  /** Of a search. */
  readonly limit?: number
}

/** What carrying out a question costs at most. */
export interface CostBound {
  readonly requests: { readonly get: number; readonly list: number }
  readonly rounds: number
  readonly bytesRead: number
  readonly dollars: number
}

/** How a question will be carried out. */
export interface Explanation extends AnswerEnd {
  /**
   * Nothing in memory, nothing damaged, nothing appended meanwhile; and what must be held to bring
   * events in order fits into memory, else more passes over the same frames follow.
   */
  readonly bound: CostBound
  /** What time and stream leave over. */
  readonly objects: {
    readonly fresh: number
    readonly sealed: number
    readonly events: number
    readonly bytes: number
  }
  /** Of sealed buckets: how many there are, and how many may hold an event of the answer. */
  readonly frames: { readonly all: number; readonly candidates: number }
  /** The parts of the query that must all be met, and the frames each leaves over. */
  readonly parts: readonly {
    readonly query: string
    readonly frames: number
    /** False: the index knows nothing of it, every frame stays. */
    readonly isIndexed: boolean
  }[]
  /** What would make it cheaper. */
  readonly hints: readonly string[]
}

/** How every answer ends. */
export interface AnswerEnd {
  /** False when a limit ended the answer: ask again with the cursor. */
  readonly complete: boolean
  /** Why it is not complete: its own limit, or one of its budget's. */
  readonly stoppedBy: 'limit' | 'requests' | 'bytes' | 'dollars' | null
  /** Null in an answer that is not complete: it never got beyond its beginning. */
  readonly cursor: string | null
  readonly receipt: Receipt
  readonly damage: readonly Damage[]
  readonly healed: readonly Healed[]
  readonly warnings: readonly ErrorDetail[]
}

/** One event of an answer. */
export interface Hit {
  readonly timeMicros: number
  readonly stream: string
  /** The event's own `@id`, else the public id derived from time, content and ordinal. */
  readonly id: string
  /**
   * JSON object as shown outside: `@time` in RFC 3339, `@stream`, `@id`, then the rest as received.
   */
  readonly line: Buffer
}

/** Events as they are found; `end()` once the iteration is over. */
export interface Hits extends AsyncIterable<Hit> {
  end(): AnswerEnd
}

export interface CountAnswer extends AnswerEnd {
  readonly count: number
}

export interface HistogramAnswer extends AnswerEnd {
  /** Ascending; intervals without events are left out. */
  readonly intervals: readonly { readonly startMicros: number; readonly count: number }[]
  readonly count: number
}

export interface ValuesAnswer extends AnswerEnd {
  /** JSON text of the value and how many events have it; most frequent first, then by value. */
  readonly values: readonly { readonly value: string; readonly count: number }[]
  readonly distinct: number
  /** Events that have the field. */
  readonly count: number
}

export interface StreamsAnswer extends AnswerEnd {
  readonly streams: readonly {
    readonly stream: string
    readonly count: number
    readonly firstMicros: number
    readonly lastMicros: number
  }[]
}

/** How many there are at least; exact: and no more. */
export interface AtLeast {
  readonly least: number
  readonly isExact: boolean
}

/** A field is the path of a leaf as in a query; null is no value. */
export interface FieldsAnswer extends AnswerEnd {
  /** By name. */
  readonly fields: readonly FieldFound[]
  /** Events there are, with whatever fields. */
  readonly count: number
}

export interface FieldFound {
  readonly field: string
  /** Events that have it. */
  readonly count: number
  /** Ascending by name. */
  readonly kinds: readonly ('boolean' | 'number' | 'string')[]
  readonly distinct: AtLeast
  /** JSON text of some short values, the most frequent first as far as they are told apart. */
  readonly examples: readonly string[]
}

export interface TermsAnswer extends AnswerEnd {
  /** Events in which the term occurs, in whatever field. */
  readonly count: number
  /** Fields it occurs in, most frequent first, then by name. */
  readonly fields: readonly TermField[]
}

export interface TermField {
  readonly field: string
  /** Events in which the term occurs in this field. */
  readonly count: number
  /** Values in which it occurs. */
  readonly distinct: AtLeast
  /**
   * JSON text of values in which it occurs and how many events have each, most frequent first, then
   * by text. Without values too long to be shown; none where there are too many to be told apart.
   */
  readonly tokens: readonly { readonly value: string; readonly count: number }[]
}

export interface HoursAnswer extends AnswerEnd {
  /** Bounds on the number of matching events in all. */
  readonly least: number
  readonly most: number
  /** Ascending; what is left out surely has no matching events. */
  readonly intervals: readonly HourFound[]
}

/** An interval that may have matching events: between `least` and `most` of them. */
export interface HourFound {
  readonly startMicros: number
  readonly endMicros: number
  readonly least: number
  readonly most: number
}

export interface ContextAnswer extends AnswerEnd {
  readonly event: Hit
  /** Both ascending. */
  readonly before: readonly Hit[]
  readonly after: readonly Hit[]
}

/** What a look for new batches found; not complete: of too many events only the first. */
export interface News extends AnswerEnd {
  /** Ascending. */
  readonly hits: readonly Hit[]
  /** Batches that were folded before anybody looked: their events are found by a search. */
  readonly missedBatches: number
}
