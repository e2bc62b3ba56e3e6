import type { ErrorDetail } from './core/errors.ts'
import type {
  CountAnswer,
  HistogramAnswer,
  HistogramQuestion,
  Hits,
  SearchQuestion,
  Selection,
  StreamsAnswer,
  ValuesAnswer,
  ValuesQuestion,
} from './read/question.ts'

/** One append: the lines become one batch, all durable or none. */
export interface AppendRequest {
  /** NDJSON: one JSON object a line; blank lines are skipped. */
  readonly lines: Buffer
  /** Stream of the events that do not name one in `@stream`. */
  readonly stream?: string
  /**
   * Idempotency key, 1 to 200 printable ASCII characters. The same key with the same content is stored
   * once. A ULID or a UUIDv7 carries its own time and costs nothing; any other key costs one more PUT.
   */
  readonly key?: string
  /** Reject the whole batch when one line is bad. Default: store the good ones, report the others. */
  readonly strict?: boolean
  /** Members looked at for the event's time, first that holds one. Default: `defaultTimeFields`. */
  readonly timeFields?: readonly string[]
  /** Members looked at for the event's own id. Default: `@id` alone. */
  readonly idFields?: readonly string[]
  readonly signal?: AbortSignal
}

/** What became of an append. It is returned only when everything accepted is durable and readable. */
export interface AppendReceipt {
  readonly accepted: number
  readonly rejected: number
  /** The first `errorDetailsMax` of them. */
  readonly errors: readonly ErrorDetail[]
  /** Identity of the stored batch; null when no line was accepted. */
  readonly batch: string | null
}

/** What the brigade did. */
export interface BrigadeReport {
  readonly foldedBatches: number
  readonly foldedEvents: number
  readonly compactedRuns: number
  readonly sweptObjects: number
  readonly collectedObjects: number
  readonly commits: number
}

export interface ArchiveStat {
  readonly tail: { readonly objects: number; readonly events: number; readonly bytes: number }
  readonly sealed: {
    readonly runs: number
    readonly buckets: number
    readonly events: number
    readonly bytes: number
    readonly rawBytes: number
  }
  readonly catalog: { readonly generation: number; readonly bytes: number; readonly claims: number }
  /** Time span of all events; undefined in an empty archive. */
  readonly firstMicros: number | undefined
  readonly lastMicros: number | undefined
}

/** The front door of the engine: one archive in one store. */
export interface Archive {
  append(request: AppendRequest): Promise<AppendReceipt>
  search(question: SearchQuestion): Hits
  count(question: Selection): Promise<CountAnswer>
  histogram(question: HistogramQuestion): Promise<HistogramAnswer>
  values(question: ValuesQuestion): Promise<ValuesAnswer>
  streams(question: {
    readonly prefix?: string
    readonly signal?: AbortSignal
  }): Promise<StreamsAnswer>
  /** One member's work until nothing is left to do. Any number of members may run at once. */
  brigadeOnce(): Promise<BrigadeReport>
  /** A member that works until the signal is aborted. */
  brigade(signal: AbortSignal, report?: (done: BrigadeReport) => void): Promise<void>
  stat(): Promise<ArchiveStat>
  /** Waits for appends in flight. */
  close(): Promise<void>
}
