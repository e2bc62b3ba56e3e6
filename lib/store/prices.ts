import type { Receipt } from '../read/question.ts'

/** List prices of S3 Standard in us-east-1, as published in 2026, in US dollars. */
const listPrices = {
  year: 2026,
  getDollarsPer1000: 0.0004,
  listDollarsPer1000: 0.005,
  putDollarsPer1000: 0.005,
  /** Deleting is free. */
  deleteDollarsPer1000: 0,
} as const

/** What these requests cost at list prices, wherever they really went. */
export function requestDollars(requests: Receipt['requests']): number {
  return (
    (requests.get * listPrices.getDollarsPer1000 +
      requests.list * listPrices.listDollarsPer1000 +
      requests.put * listPrices.putDollarsPer1000 +
      requests.delete * listPrices.deleteDollarsPer1000) /
    1000
  )
}
