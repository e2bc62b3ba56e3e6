import type { CostBound, Receipt } from '../../read/question.ts'
import { showBytes, showCount, showCounted, showDollars, showMillis } from './figures.ts'

/** What an answer cost, in one line: `7 GET 2 LIST · 3 rounds · 1.2 MB · $0.0000038 · 41 ms`. */
export function showReceipt(receipt: Receipt): string {
  const bytesRead = receipt.bytesRead + receipt.bytesWritten
  return `${showCost({ ...receipt, bytesRead })} · ${showMillis(receipt.millis)}`
}

/** The same without the time it took. */
export function showCost(cost: Omit<CostBound, 'requests'> & AnyRequests): string {
  const { get, list, put = 0, delete: deleted = 0 } = cost.requests
  const counts = { GET: get, LIST: list, PUT: put, DELETE: deleted }
  const requests = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${showCount(count)} ${type}`)
  return [
    requests.join(' ') || 'no request',
    ...(cost.scans ? [showCounted(cost.scans.calls, 'scan call')] : []),
    showCounted(cost.rounds, 'round'),
    showBytes(cost.bytesRead),
    showDollars(cost.dollars),
  ].join(' · ')
}

interface AnyRequests {
  readonly requests: CostBound['requests'] & Partial<Receipt['requests']>
  readonly scans?: Receipt['scans']
}

/** The receipt of two questions asked one after the other. */
export function addReceipts(first: Receipt, second: Receipt): Receipt {
  return {
    requests: {
      get: first.requests.get + second.requests.get,
      list: first.requests.list + second.requests.list,
      put: first.requests.put + second.requests.put,
      delete: first.requests.delete + second.requests.delete,
    },
    hedges: first.hedges + second.hedges,
    rounds: first.rounds + second.rounds,
    bytesRead: first.bytesRead + second.bytesRead,
    bytesWritten: first.bytesWritten + second.bytesWritten,
    ...((first.scans || second.scans) && { scans: addScans(first.scans, second.scans) }),
    dollars: first.dollars + second.dollars,
    millis: first.millis + second.millis,
  }
}

function addScans(...both: readonly Receipt['scans'][]): NonNullable<Receipt['scans']> {
  return {
    calls: both.reduce((sum, each) => sum + (each?.calls ?? 0), 0),
    gigabyteSeconds: both.reduce((sum, each) => sum + (each?.gigabyteSeconds ?? 0), 0),
  }
}
