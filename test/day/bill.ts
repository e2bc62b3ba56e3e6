import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import { jobCoreSecondsAGigabyte } from '../../lib/operate/cost/measured.ts'
import { requestDollars, servicePrices } from '../../lib/store/prices.ts'
import type { Day } from './day.ts'

/** Lambda's connections to the queue: each asks for 20 seconds at a time, messages or not. */
const pollers = 5
const pollSeconds = 20

export interface BillLine {
  readonly what: string
  readonly dollarsATerabyte: number
}

/** What the day would cost by list prices, for each raw TB. */
export function billOf({ options, written, store, brigade, queue, outcome }: Day): BillLine[] {
  const terabytes = (written.rawBytes * options.scale) / 1e12
  const { lambdaDollarsPerGigabyteSecond, lambdaDollarsPerMillion, queueDollarsPerMillion } =
    servicePrices
  const dollarsASecond = (brigadeWake.memoryMebibytes / 1024) * lambdaDollarsPerGigabyteSecond
  const unmergedGigabytes = (outcome.unmergedBytes * options.scale) / 1e9
  const polls = (pollers * options.hours * 3600) / pollSeconds
  const none = { get: 0, list: 0, put: 0, delete: 0 }
  const lines = {
    'requests of writers': requestDollars(store.requests.get('writer') ?? none),
    'requests of the brigade': requestDollars(store.requests.get('brigade') ?? none),
    'Lambda of the brigade':
      (brigade.counts.billedMillis / 1000) * dollarsASecond +
      (brigade.counts.calls / 1e6) * lambdaDollarsPerMillion,
    'Lambda of roll-ups to come':
      unmergedGigabytes * jobCoreSecondsAGigabyte.rollup * dollarsASecond,
    'queue of fresh batches': ((queue.counts.requests + polls) / 1e6) * queueDollarsPerMillion,
  }
  return Object.entries(lines).map(([what, dollars]) => ({
    what,
    dollarsATerabyte: dollars / terabytes,
  }))
}
