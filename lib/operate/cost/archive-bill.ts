import { coldClasses, requestDollars, servicePrices, standardDollars } from '../../store/prices.ts'
import {
  appendCoreSecondsAGigabyte,
  brigadeCoreSecondsAGigabyte,
  measuredQuestions,
  requestsACall,
  requestsAGigabyte,
} from './measured.ts'
import { type Amounts, amountsOf, daysAMonth, periodsOf, type Workload } from './workload.ts'

export interface BillLine {
  readonly what: string
  /** Dollars of one month. */
  readonly dollars: number
}

/** Memory of each function, as the CDK construct sets it: one core. */
const functionGigabytes = 1769 / 1024
/** Published medians of S3 from Lambda. */
const millis = { get: 28, list: 100, put: 42 } as const
/** An append waits for company, then for its PUT. */
const appendMillis = 50 + millis.put
/** Five connections of Lambda ask the queue, each for 20 seconds at a time. */
const queuePollsAMonth = (5 * daysAMonth * 86_400) / 20
/** One line in the log of API Gateway. */
const accessLogBytes = 300
/** About what a bucket holds at 1 TB a day; an hour has at least one. */
const bucketBytes = 64e6

/** The bill of a month in which so much of `years` is kept, by line. */
export function archiveBill(workload: Workload, keptYears: number): BillLine[] {
  const amounts = amountsOf(workload)
  return [
    ...storageLines(workload, amounts, keptYears),
    ...requestLines(workload, amounts, keptYears),
    ...computeLines(workload, amounts),
    ...doorLines(workload, amounts),
  ]
}

function storageLines({ cold }: Workload, amounts: Amounts, keptYears: number): BillLine[] {
  const { rawBytes, bucketShare, indexShare } = amounts
  const rawKept = rawBytes * 12 * keptYears
  const movedBytes = cold
    ? Math.max(0, rawKept - amounts.rawBytesADay * cold.afterDays) * bucketShare
    : 0
  const warmBytes = rawKept * bucketShare - movedBytes
  const both = standardDollars(warmBytes + rawKept * indexShare)
  const warm = standardDollars(warmBytes)
  const lines = [
    { what: 'storage of buckets', dollars: warm },
    { what: 'storage of indexes', dollars: both - warm },
  ]
  if (!cold || movedBytes === 0) return lines
  const { dollarsPerGigabyte, moveDollarsPer1000, readDollars } = coldClasses[cold.storageClass]
  const moves = Math.max((rawBytes * bucketShare) / bucketBytes, daysAMonth * 24)
  const readBytes = amounts.questions.reduce(
    (sum, [kind, count]) => sum + count * measuredQuestions[kind].frameBytes,
    0,
  )
  return [
    ...lines,
    { what: `storage in ${cold.storageClass}`, dollars: (movedBytes / 1e9) * dollarsPerGigabyte },
    {
      what: `moves and reads in ${cold.storageClass}`,
      dollars: (moves / 1000) * moveDollarsPer1000 + (readBytes / 1e9) * readDollars,
    },
  ]
}

function requestLines(workload: Workload, amounts: Amounts, keptYears: number): BillLine[] {
  const { batches, brigadeCalls, rawBytes, questions } = amounts
  const none = { get: 0, list: 0, put: 0, delete: 0 }
  const periods = periodsOf(Math.min(keptYears, workload.years))
  const asked = questions.reduce((sum, [kind, count]) => {
    const { lists, gets, getsAPeriod } = measuredQuestions[kind]
    const requests = { ...none, list: lists, get: gets + getsAPeriod * periods }
    return sum + count * requestDollars(requests)
  }, 0)
  const brigade =
    brigadeCalls * requestDollars(requestsACall) +
    (rawBytes / 1e9) * requestDollars(requestsAGigabyte) +
    (batches - brigadeCalls) * requestDollars({ ...none, get: 1 })
  return [
    { what: 'requests of appends', dollars: batches * requestDollars({ ...none, put: 1 }) },
    { what: 'requests of the brigade', dollars: brigade },
    { what: 'requests of questions', dollars: asked },
  ]
}

function computeLines(workload: Workload, amounts: Amounts): BillLine[] {
  const { batches, brigadeCalls, rawBytes, questions } = amounts
  const gigabytes = rawBytes / 1e9
  const appendSeconds = gigabytes * appendCoreSecondsAGigabyte + (batches * appendMillis) / 1000
  // At most: as if each request of a call waited for the one before.
  const callMillis =
    requestsACall.get * millis.get +
    requestsACall.list * millis.list +
    requestsACall.put * millis.put
  const brigadeSeconds =
    gigabytes * brigadeCoreSecondsAGigabyte + (brigadeCalls * callMillis) / 1000
  const askedSeconds = questions.reduce(
    (sum, [kind, count]) => sum + (count * measuredQuestions[kind].millis) / 1000,
    0,
  )
  return [
    {
      what: 'Lambda of appends',
      dollars: workload.isDirect ? 0 : lambdaDollars(appendSeconds, batches),
    },
    { what: 'Lambda of the brigade', dollars: lambdaDollars(brigadeSeconds, brigadeCalls) },
    { what: 'Lambda of questions', dollars: lambdaDollars(askedSeconds, askedOf(amounts)) },
  ]
}

function lambdaDollars(seconds: number, calls: number): number {
  const { lambdaDollarsPerGigabyteSecond, lambdaDollarsPerMillion } = servicePrices
  const time = seconds * functionGigabytes * lambdaDollarsPerGigabyteSecond
  return time + (calls / 1e6) * lambdaDollarsPerMillion
}

function doorLines(workload: Workload, amounts: Amounts): BillLine[] {
  const { apiDollarsPerMillion, queueDollarsPerMillion, logDollarsPerGigabyte } = servicePrices
  const calls = (workload.isDirect ? 0 : amounts.batches) + askedOf(amounts)
  const api = (calls / 1e6) * apiDollarsPerMillion
  const log = ((calls * accessLogBytes) / 1e9) * logDollarsPerGigabyte
  // A message is sent by S3, fetched and deleted ten at a time.
  const messages = queuePollsAMonth + amounts.batches * 1.2
  return [
    { what: 'API and its log', dollars: api + log },
    { what: 'queue of fresh batches', dollars: (messages / 1e6) * queueDollarsPerMillion },
  ]
}

function askedOf({ questions }: Amounts): number {
  return questions.reduce((sum, [, count]) => sum + count, 0)
}
