import type { BrigadeReport } from './brigade/member.ts'
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
import type { AppendReceipt, AppendRequest } from './write/appender.ts'

export type { AppendReceipt, AppendRequest, BrigadeReport }

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
