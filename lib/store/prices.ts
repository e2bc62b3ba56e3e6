import type { Receipt } from '../read/question.ts'

/** List prices in US dollars without free tiers: AWS in us-east-1, as published in 2026. */

/** Requests to S3 Standard. */
const requestPrices = {
  getDollarsPer1000: 0.0004,
  listDollarsPer1000: 0.005,
  putDollarsPer1000: 0.005,
  /** Deleting is free. */
  deleteDollarsPer1000: 0,
} as const

/** S3 Standard by the month: the next step begins where the one before ends. */
const standardSteps = [
  { upToGigabytes: 50_000, dollarsPerGigabyte: 0.023 },
  { upToGigabytes: 500_000, dollarsPerGigabyte: 0.022 },
  { upToGigabytes: Infinity, dollarsPerGigabyte: 0.021 },
] as const

/** Storage classes of S3 that answer at once: a GB by the month, moved there, read from there. */
export const coldClasses = {
  'standard-ia': { dollarsPerGigabyte: 0.0125, moveDollarsPer1000: 0.01, readDollars: 0.01 },
  'glacier-ir': { dollarsPerGigabyte: 0.004, moveDollarsPer1000: 0.02, readDollars: 0.03 },
} as const

export type ColdClass = keyof typeof coldClasses

/** Lambda on ARM, API Gateway (REST), SQS, and logs that CloudWatch takes in. */
export const servicePrices = {
  lambdaDollarsPerGigabyteSecond: 0.0000133334,
  lambdaDollarsPerMillion: 0.2,
  apiDollarsPerMillion: 3.5,
  queueDollarsPerMillion: 0.4,
  logDollarsPerGigabyte: 0.5,
} as const

/** What these requests cost at list prices, wherever they really went. */
export function requestDollars(requests: Receipt['requests']): number {
  return (
    (requests.get * requestPrices.getDollarsPer1000 +
      requests.list * requestPrices.listDollarsPer1000 +
      requests.put * requestPrices.putDollarsPer1000 +
      requests.delete * requestPrices.deleteDollarsPer1000) /
    1000
  )
}

/** What calls of the scan function cost at list prices. */
export function scanDollars({ calls, gigabyteSeconds }: NonNullable<Receipt['scans']>): number {
  const { lambdaDollarsPerMillion, lambdaDollarsPerGigabyteSecond } = servicePrices
  return (calls * lambdaDollarsPerMillion) / 1e6 + gigabyteSeconds * lambdaDollarsPerGigabyteSecond
}

/** What this much of S3 Standard costs a month. */
export function standardDollars(bytes: number): number {
  let dollars = 0
  let below = 0
  for (const { upToGigabytes, dollarsPerGigabyte } of standardSteps) {
    const within = Math.max(0, Math.min(bytes / 1e9, upToGigabytes) - below)
    dollars += within * dollarsPerGigabyte
    below = upToGigabytes
  }
  return dollars
}
