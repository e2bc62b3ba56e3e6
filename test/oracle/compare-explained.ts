import type { CostBound, Receipt } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { selectionOf } from './compare.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** What a question costs at most, as it was told, and what it costs with nothing in memory. */
export async function compareExplained(
  _reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
  _all: readonly KnownEvent[],
  cold: () => Reader,
): Promise<string | undefined> {
  const { order, limit, interval, timeZone, field } = question
  const selection = selectionOf(question)
  const page = { ...selection, order, ...(limit !== undefined && { limit }) }
  const search = async () => {
    const hits = cold().search(page)
    await Array.fromAsync(hits)
    return hits.end()
  }
  const asked = {
    search,
    count: () => cold().count(selection),
    histogram: () => cold().histogram({ ...selection, interval, timeZone }),
    values: () => cold().values({ ...selection, field }),
  } as const
  const kinds = Object.keys(asked) as (keyof typeof asked)[]
  const kind = kinds[expected.length % kinds.length]!
  const { bound } = await cold().explain({ ...page, question: kind })
  const { receipt } = await asked[kind]()
  const fault = excessOf(receipt, bound)
  return fault && `${kind}: ${fault} were told`
}

function excessOf(receipt: Receipt, bound: CostBound): string | undefined {
  const { requests, rounds, bytesRead, dollars } = receipt
  if (requests.get > bound.requests.get) return `${requests.get} GETs, ${bound.requests.get}`
  if (requests.list > bound.requests.list) return `${requests.list} LISTs, ${bound.requests.list}`
  if (rounds > bound.rounds) return `${rounds} rounds, ${bound.rounds}`
  if (bytesRead > bound.bytesRead) return `${bytesRead} bytes, ${bound.bytesRead}`
  return dollars > bound.dollars ? `${dollars} dollars, ${bound.dollars}` : undefined
}
