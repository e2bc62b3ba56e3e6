import { ArchiveError } from '../../core/errors.ts'
import { defaultSettings } from '../../core/settings.ts'
import type { ColdClass } from '../../store/prices.ts'
import { type LogKind, measuredLogs, measuredQuestions, type QuestionKind } from './measured.ts'

/** What an archive has to do, as far as its price depends on it. */
export interface Workload {
  readonly eventsPerSecond: number
  readonly eventBytes: number
  /** How long events are kept. */
  readonly years: number
  readonly questionsPerDay: Partial<Record<QuestionKind, number>>
  readonly logs: LogKind
  /** Who appends at the same time, each on its own. */
  readonly writers: number
  /** A writer sends what it has this often, or as soon as it has `batchBytes`. */
  readonly flushSeconds: number
  readonly batchBytes: number
  /** Writers use the library and no API. */
  readonly isDirect: boolean
  /** A lifecycle rule that moves buckets to another storage class. */
  readonly cold?: { readonly storageClass: ColdClass; readonly afterDays: number }
}

/** Lambda takes calls of 6 MB, and bodies reach it in base64. */
const apiBodyBytesMax = 4_500_000
const secondsADay = 86_400
/** The twelfth part of a year. */
export const daysAMonth = 365 / 12
const secondsAMonth = daysAMonth * secondsADay

/** Throws `invalid` where no archive could do this, and names the bound. */
export function checkWorkload(workload: Workload): void {
  const { eventBytes, batchBytes, isDirect, cold, years } = workload
  bounded('events per second', workload.eventsPerSecond, 1e9)
  bounded('event bytes', eventBytes, defaultSettings.eventBytesMax)
  bounded('years', years, 100)
  bounded('writers', workload.writers, 1e6)
  bounded('seconds between batches', workload.flushSeconds, secondsADay)
  const batchBytesMax = isDirect ? defaultSettings.bodyDecodedBytesMax : apiBodyBytesMax
  bounded(isDirect ? 'batch bytes' : 'batch bytes over HTTP', batchBytes, batchBytesMax)
  if (eventBytes > batchBytes) {
    refuse(`event bytes is ${eventBytes}, expected at most those of a batch, ${batchBytes}`)
  }
  if (cold && cold.afterDays >= years * 365) {
    refuse(`moving after ${cold.afterDays} days moves nothing that is kept ${years} years`)
  }
}

function bounded(what: string, value: number, max: number): void {
  if (value > 0 && value <= max) return
  refuse(`${what} is ${value}, expected more than 0 and at most ${max}`)
}

function refuse(fault: string): never {
  throw new ArchiveError('invalid', fault)
}

/** The amounts of one month that every line of a bill is reckoned from. */
export interface Amounts {
  readonly rawBytesADay: number
  readonly rawBytes: number
  readonly rawBytesKept: number
  readonly events: number
  readonly batches: number
  readonly brigadeCalls: number
  readonly bucketShare: number
  readonly indexShare: number
  readonly questions: readonly (readonly [QuestionKind, number])[]
}

export function amountsOf(workload: Workload): Amounts {
  const { eventsPerSecond, eventBytes, years, writers, flushSeconds, batchBytes } = workload
  const bytesPerSecond = eventsPerSecond * eventBytes
  const rawBytes = bytesPerSecond * secondsAMonth
  const { rawOverStored, indexOverStored } = measuredLogs[workload.logs]
  // A writer that has nothing sends nothing; Lambda wakes a member at most once a minute.
  const events = eventsPerSecond * secondsAMonth
  const flushes = Math.min((secondsAMonth / flushSeconds) * writers, events)
  const batches = Math.max(flushes, rawBytes / batchBytes)
  return {
    rawBytesADay: bytesPerSecond * secondsADay,
    rawBytes,
    rawBytesKept: rawBytes * 12 * years,
    events,
    batches,
    brigadeCalls: Math.min(batches, secondsAMonth / 60),
    bucketShare: 1 / rawOverStored,
    indexShare: indexOverStored / rawOverStored,
    questions: Object.keys(measuredQuestions).flatMap(name => {
      const aDay = workload.questionsPerDay[name as QuestionKind] ?? 0
      return aDay > 0 ? [[name as QuestionKind, aDay * daysAMonth] as const] : []
    }),
  }
}

/** Indexes that a question over this time asks: of months, the last days, the last hours. */
export function periodsOf(years: number): number {
  return Math.ceil(12 * years) + Math.min(30, Math.ceil(365 * years)) + 24
}
