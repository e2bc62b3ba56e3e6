import { standardDollars } from '../../store/prices.ts'
import type { BillLine } from './archive-bill.ts'
import type { LogKind, QuestionKind } from './measured.ts'
import { type Amounts, amountsOf, type Workload } from './workload.ts'

/** What the same work costs elsewhere, by list prices of 2026 and the formulas of docs/cost.md. */
export interface PeerBill {
  readonly name: string
  readonly lines: readonly BillLine[]
  /** What is not reckoned, so that the bill is at least this. */
  readonly leftOut: string
}

const cloudWatch = { ingest: 0.5, storage: 0.03, scan: 0.005, storedShare: 0.15 } as const
const athenaScan = 0.005
/** Raw / Parquet with zstd, as DuckDB published it; of other logs nothing was. */
const parquet: Partial<Record<LogKind, number>> = { api: 7.2, cloudtrail: 12.5, app: 9.1 }
const openSearch = { hot: 0.1, warm: 0.024, hotDays: 30, hotShare: 2 * 1.45, warmShare: 1.1 }
const quickwit = { ingest: 0.002, rawOverStored: 5.4, splitEvents: 10e6, getDollars: 0.0000004 }

/** Of a month in which all the years are kept. */
export function peerBills(workload: Workload): PeerBill[] {
  const amounts = amountsOf(workload)
  const athena = athenaBill(workload, amounts)
  return [
    cloudWatchBill(amounts),
    ...(athena ? [athena] : []),
    openSearchBill(workload, amounts),
    quickwitBill(workload, amounts),
  ]
}

function billOf(name: string, dollars: readonly number[], leftOut: string): PeerBill {
  const names = ['ingest', 'storage', 'questions']
  return { name, lines: names.map((what, i) => ({ what, dollars: dollars[i] ?? 0 })), leftOut }
}

/** What has to be looked through where there is no index: a timeline's newest lie in an hour. */
function rawBytesAsked({ questions, rawBytesADay, rawBytesKept }: Amounts): number {
  const span = (kind: QuestionKind) => (kind === 'timeline' ? rawBytesADay / 24 : rawBytesKept)
  return questions.reduce((sum, [kind, count]) => sum + count * span(kind), 0)
}

function cloudWatchBill(amounts: Amounts): PeerBill {
  const ingest = (amounts.rawBytes / 1e9) * cloudWatch.ingest
  const stored = (amounts.rawBytesKept / 1e9) * cloudWatch.storedShare
  // The events of one of its log streams are given out without a scan.
  const questions = amounts.questions.filter(([kind]) => kind !== 'timeline')
  const scans = (rawBytesAsked({ ...amounts, questions }) / 1e9) * cloudWatch.scan
  return billOf('CloudWatch Logs', [ingest, stored * cloudWatch.storage, scans], 'nothing')
}

function athenaBill({ logs }: Workload, amounts: Amounts): PeerBill | undefined {
  const rawOverStored = parquet[logs]
  if (rawOverStored === undefined) return undefined
  const storage = standardDollars(amounts.rawBytesKept / rawOverStored)
  const scans = (rawBytesAsked(amounts) / rawOverStored / 1e9) * athenaScan
  return billOf('Athena on Parquet', [0, storage, scans], 'making the Parquet, requests, Glue')
}

function openSearchBill({ years }: Workload, amounts: Amounts): PeerBill {
  const hotDays = Math.min(openSearch.hotDays, years * 365)
  const hotBytes = amounts.rawBytesADay * hotDays
  const warmBytes = amounts.rawBytesKept - hotBytes
  const hot = (hotBytes / 1e9) * openSearch.hotShare * openSearch.hot
  const warm = (warmBytes / 1e9) * openSearch.warmShare * openSearch.warm
  return billOf('OpenSearch', [0, hot + warm, 0], 'all its machines')
}

function quickwitBill({ years, eventsPerSecond }: Workload, amounts: Amounts): PeerBill {
  const ingest = (amounts.rawBytes / 1e9) * quickwit.ingest
  const storage = standardDollars(amounts.rawBytesKept / quickwit.rawOverStored)
  const asked = amounts.questions.reduce((sum, [kind, count]) => {
    const events = kind === 'timeline' ? eventsPerSecond * 3600 : amounts.events * 12 * years
    const splits = Math.max(1, events / quickwit.splitEvents)
    // Three GETs a term and one of the times, as its documents reckon.
    return sum + count * splits * 4 * quickwit.getDollars
  }, 0)
  return billOf('Quickwit', [ingest, storage, asked], 'machines that search, requests that index')
}
