import type { Receipt } from '../../read/question.ts'

/**
 * What was counted of the real engine until 2026-11-22, and nothing else: docs/performance.md has
 * the commands, and test/operate/cost-measured.test.ts counts again on a small scale.
 */

type Requests = Receipt['requests']

/** `npm run bench -- --only D1`: of one call of the brigade, with one small batch to fold. */
export const requestsACall: Requests = { get: 16.5, list: 1, put: 8.07, delete: 1 }

/** The same, of each raw GB besides; a GET of each batch is told apart. */
export const requestsAGigabyte: Requests = { get: 0, list: 6, put: 7.85, delete: 0 }

/** `npm run bench:hour`: 41.7 GB of four kinds of logs, on one core of an Intel Xeon. */
export const appendCoreSecondsAGigabyte = 987 / 41.7
export const brigadeCoreSecondsAGigabyte = 2925 / 41.7

/**
 * `npm run bench -- --only J1`, of a raw GB that a fold or a compaction writes into buckets, and of
 * one whose indexes a roll-up merges. Every event is folded once, and in time in three roll-ups.
 */
export const jobCoreSecondsAGigabyte = { bucket: 35.8, rollup: 6.31 } as const

/** Raw / stored (Z1) and indexes / stored (Z2) of the generated corpora, 64 MB each. */
export const measuredLogs = {
  api: { rawOverStored: 5.5, indexOverStored: 0.149 },
  cloudtrail: { rawOverStored: 13.3, indexOverStored: 0.138 },
  app: { rawOverStored: 10.6, indexOverStored: 0.102 },
  windows: { rawOverStored: 16.1, indexOverStored: 0.145 },
  web: { rawOverStored: 4.86, indexOverStored: 0.0796 },
} as const

export type LogKind = keyof typeof measuredLogs

/** One question over everything kept, on a process that has asked before. */
export interface MeasuredQuestion {
  readonly what: string
  readonly lists: number
  readonly gets: number
  /** GETs of each period's index. */
  readonly getsAPeriod: number
  /** Modelled p50: so long is a Lambda paid for. */
  readonly millis: number
  /** Bytes of frames that come from buckets. */
  readonly frameBytes: number
}

/** T1 and T2, N1, S3 and Q1: seven years at 1 TB a day have 138 periods. */
export const measuredQuestions = {
  timeline: question('latest 50 events of a busy stream', 2, 0, 145, 0),
  id: question('the event with a rare id', 4, 1, 230, 0.4e6),
  events: question('100 events of a rare word, spread over all years', 301, 1, 529, 42e6),
  histogram: question('events of a common word by month', 1, 1, 149, 0),
} as const

export type QuestionKind = keyof typeof measuredQuestions

function question(
  what: string,
  gets: number,
  getsAPeriod: number,
  millis: number,
  frameBytes: number,
): MeasuredQuestion {
  return { what, lists: 1, gets, getsAPeriod, millis, frameBytes }
}
