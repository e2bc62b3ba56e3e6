import type { Budget, Receipt } from '../read/question.ts'
import { requestDollars } from './prices.ts'

/** Which limit of a budget has no room for the next request. */
export type BudgetLimit = 'requests' | 'bytes' | 'dollars'

/** Thrown in place of the request. Callers of the engine see an answer that says so instead. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent'
  readonly limit: BudgetLimit

  constructor(limit: BudgetLimit) {
    super(`the budget is spent: ${limit}`)
    this.limit = limit
  }
}

/** The limit that these requests and bytes pass, with dollars for something else, if any. */
export function limitPassed(
  budget: Budget,
  requests: Receipt['requests'],
  bytes: number,
  otherDollars = 0,
): BudgetLimit | undefined {
  const { maxRequests = Infinity, maxBytes = Infinity, maxDollars = Infinity } = budget
  if (requests.get + requests.list + requests.put + requests.delete > maxRequests) return 'requests'
  if (bytes > maxBytes) return 'bytes'
  return requestDollars(requests) + otherDollars > maxDollars ? 'dollars' : undefined
}

/** How many more GETs the budget has room for after these requests. */
export function getsLeft(budget: Budget, requests: Receipt['requests'], otherDollars = 0): number {
  const { maxRequests = Infinity, maxDollars = Infinity } = budget
  const made = requests.get + requests.list + requests.put + requests.delete
  const oneGet = requestDollars({ get: 1, list: 0, put: 0, delete: 0 })
  const byDollars = Math.floor((maxDollars - otherDollars - requestDollars(requests)) / oneGet)
  return Math.max(0, Math.min(maxRequests - made, byDollars))
}
