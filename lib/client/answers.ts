import type { ErasureStatus } from '../archive.ts'
import type { ErrorDetail } from '../core/errors.ts'
import type { ExplainQuestion, Explanation, Interval, Order, Receipt } from '../read/question.ts'

export type { ErrorDetail, ExplainQuestion, Interval, Order }

/**
 * An event as the archive shows it: `@time` in RFC 3339, `@stream`, `@id`, then its own members.
 */
export interface ArchiveEvent {
  readonly '@time': string
  readonly '@stream': string
  readonly '@id'?: string
  readonly [member: string]: unknown
}

/**
 * Range and budget. Times are RFC 3339, numbers since 1970 as text, or relative to the server's
 * now: `-15m`, `now/d`.
 */
export interface Range {
  /** Included; absent: since ever. */
  readonly from?: string
  /** Excluded; absent: no end. */
  readonly to?: string
  /** What the answer may cost: it ends before the request that would pass one of these. */
  readonly max_requests?: number
  readonly max_bytes?: number
  readonly max_dollars?: number
  /** How old the answer may be, such as `5s`: it is cheaper when it need not be of this moment. */
  readonly freshness?: string
}

export interface Selection extends Range {
  /** Query text; absent: every event. */
  readonly q?: string
  /** Stream name or glob; absent: every stream. */
  readonly stream?: string
}

export interface Page {
  /** Newest first (`desc`) unless said otherwise. */
  readonly order?: Order
  /** Absent: a page of the server's choice. */
  readonly limit?: number
  /** Where an earlier answer to the same question ended. */
  readonly cursor?: string
}

/** A part of the archive that an answer had to do without. */
export interface Damage {
  readonly object: string
  readonly startByte: number
  readonly endByte: number
  readonly streams: readonly string[]
  readonly from: string
  readonly to: string
  readonly eventCount: number
  readonly reason: string
}

/** A damaged part that parity healed. */
export type Healed = Pick<Damage, 'object' | 'startByte' | 'endByte' | 'reason'>

/** How every answer ends. */
export interface AnswerEnd {
  /** False: a limit ended the answer, ask again with the cursor. */
  readonly complete: boolean
  /** Why it is not complete: its own limit, or one of its budget's. */
  readonly stoppedBy: 'limit' | 'requests' | 'bytes' | 'dollars' | null
  readonly cursor: string | null
  /** The range asked for, resolved; null: open. */
  readonly range: { readonly from: string | null; readonly to: string | null }
  readonly receipt: Receipt
  readonly damage: readonly Damage[]
  /** Damaged parts that parity healed: the answer does not lack them. */
  readonly healed: readonly Healed[]
  readonly warnings: readonly ErrorDetail[]
}

export interface CountAnswer {
  readonly count: number
  readonly end: AnswerEnd
}

export interface ExplainAnswer
  extends Pick<Explanation, 'bound' | 'objects' | 'frames' | 'parts' | 'hints'> {
  readonly end: AnswerEnd
}

export interface HistogramAnswer {
  readonly interval: Interval
  readonly timeZone: string
  readonly count: number
  /** Ascending; intervals without events are left out. */
  readonly intervals: readonly { readonly start: string; readonly count: number }[]
  readonly end: AnswerEnd
}

export interface ValuesAnswer {
  readonly field: string
  readonly values: readonly { readonly value: unknown; readonly count: number }[]
  readonly distinct: number
  readonly count: number
  readonly end: AnswerEnd
}

export interface StreamsAnswer {
  readonly streams: readonly {
    readonly stream: string
    readonly count: number
    readonly first: string
    readonly last: string
  }[]
  readonly end: AnswerEnd
}

/** How many there are at least; exact: and no more. */
export interface AtLeast {
  readonly least: number
  readonly exact: boolean
}

export interface TermsAnswer {
  /** Events in which the term occurs. */
  readonly count: number
  readonly fields: readonly {
    readonly field: string
    readonly count: number
    readonly distinct: AtLeast
    readonly tokens: readonly { readonly value: unknown; readonly count: number }[]
  }[]
  readonly end: AnswerEnd
}

export interface FieldsAnswer {
  /** Events there are, with whatever fields. */
  readonly count: number
  readonly fields: readonly {
    readonly field: string
    readonly count: number
    readonly kinds: readonly ('boolean' | 'number' | 'string')[]
    readonly distinct: AtLeast
    readonly examples: readonly unknown[]
  }[]
  readonly end: AnswerEnd
}

/** Between `least` and `most` events match. */
export interface HoursAnswer {
  readonly interval: Interval
  readonly timeZone: string
  readonly least: number
  readonly most: number
  /** Ascending; what is left out surely has no matching events. */
  readonly intervals: readonly {
    readonly start: string
    readonly end: string
    readonly least: number
    readonly most: number
  }[]
  readonly end: AnswerEnd
}

export interface EventAnswer {
  readonly event: ArchiveEvent
  readonly end: AnswerEnd
}

export interface ContextAnswer extends EventAnswer {
  /** Both oldest first. */
  readonly before: readonly ArchiveEvent[]
  readonly after: readonly ArchiveEvent[]
}

export interface UsageAnswer {
  readonly tail: { readonly objects: number; readonly events: number; readonly bytes: number }
  readonly sealed: {
    readonly rollups: number
    readonly runs: number
    readonly buckets: number
    readonly events: number
    readonly bytes: number
    readonly rawBytes: number
  }
  readonly catalog: { readonly generation: number; readonly bytes: number; readonly claims: number }
  readonly first: string | null
  readonly last: string | null
}

/** What is to be erased; times are absolute where the request is to be repeated. */
export interface ErasureSelection {
  readonly q?: string
  /** Stream name or glob. */
  readonly stream?: string
  /** Included. */
  readonly from?: string
  /** Excluded. */
  readonly to?: string
}

/** How far an erasure is: its events are in no answer that begins later, whatever its state. */
export interface ErasureAnswer {
  readonly id: string
  readonly state: ErasureStatus['state']
  readonly masked: string
  /** While it is collecting: no run holds a selected event from then on. */
  readonly rewritten?: string
  /** While it is in progress. */
  readonly selection?: ErasureSelection
  /** What is still to be looked at; `batches` is absent until they are counted. */
  readonly waiting?: {
    readonly batches?: number
    readonly runs: number
    readonly rollups: number
  }
  /** When it is done. */
  readonly certificate?: NonNullable<ErasureStatus['certificate']>
}

/** What became of an append; it is durable. */
export interface Appended {
  readonly accepted: number
  readonly rejected: number
  /** The first hundred or so, each with its line. */
  readonly errors: readonly ErrorDetail[]
  readonly batch: string | null
}
