/** A file's content after decompression, as a format sees it. */
export interface Content {
  /** The first `importSampleBytes` of it, or all of it; the chunks begin with the same bytes. */
  readonly sample: Buffer
  readonly chunks: AsyncIterable<Buffer>
  /** True once the chunks ended early: what was begun last is cut off, not finished. */
  readonly damaged: () => boolean
}

/** What the events of a file depend on besides its content. */
export interface FormatContext {
  /** Year of the first line where times lack theirs. Absent: found from `importMicros`. */
  readonly year?: number
  /** Told of each year that was put to times without one. */
  readonly onYearFound?: (year: number) => void
  /** When the import of this file first began: the same on every resumption. */
  readonly importMicros: number
  readonly eventBytesMax: number
}

/** One event of a file, before `@time` is settled. */
export interface FoundEvent {
  /** One JSON object without line feeds. */
  readonly json: string | Buffer
  /** Line of the file where it begins, one-based. */
  readonly line: number
  /** Its time, `undefined` when it tells none. */
  readonly timeMicros: number | undefined
  /** True when the object holds its time itself, in one of the format's time fields. */
  readonly dated: boolean
  /** Why the text could not be parsed and is kept as it is. */
  readonly error?: string
}

/** A piece of a file that becomes no event. */
export interface RejectedPiece {
  readonly line: number
  readonly rejected: string
}

export type Found = FoundEvent | RejectedPiece

/**
 * How one kind of file is recognised and taken apart. Any split into chunks gives the same
 * events.
 */
export interface Format {
  readonly name: string
  /** One line for a list of formats. */
  readonly summary: string
  /** How well the beginning of a file fits: 0 not at all, 1 fully (see detect.ts). */
  score(sample: Buffer): number
  events(content: Content, context: FormatContext): AsyncIterable<readonly Found[]>
  /** Members that may hold an event's time and its own id, for the archive. */
  readonly timeFields: readonly string[]
  readonly idFields: readonly string[]
}

/** Members looked at for the time of a JSON event, first that holds one. */
export const jsonTimeFields = [
  '@time',
  '@timestamp',
  'timestamp',
  'time',
  'ts',
  'eventTime',
  'created_at',
  'createdAt',
  'datetime',
  'date',
  'published',
] as const
