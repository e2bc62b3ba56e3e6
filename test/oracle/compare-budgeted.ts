import { ArchiveError } from '../../lib/core/errors.ts'
import type { Budget, Receipt } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { differenceOf, selectionOf } from './compare.ts'
import { Dice } from './dice.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** After so many answers the budget grows with each, so that the whole is put together. */
const smallAnswersMax = 30
const answersMax = 60

/** A search that goes on from the cursor whenever its budget ends; it grows when it was in vain. */
export async function compareBudgeted(
  reader: Reader,
  question: DrawnQuestion,
  ascending: readonly KnownEvent[],
): Promise<string | undefined> {
  const { order, query } = question
  const dice = new Dice(query.length)
  const expected = order === 'asc' ? ascending : ascending.toReversed()
  const found: string[] = []
  let budget: Budget = { maxRequests: dice.pick([3, 6, 12]), maxBytes: dice.pick([2e4, 2e5, 1e9]) }
  let cursor: string | null = null
  for (let answer = 0; answer < answersMax; answer++) {
    const before: string | null = cursor
    const hits = reader.search({
      ...selectionOf(question),
      ...budget,
      order,
      ...(cursor !== null && { cursor }),
    })
    try {
      for await (const hit of hits) found.push(`${hit.id} ${hit.line}`)
    } catch (thrown) {
      if (!(thrown instanceof ArchiveError) || thrown.code !== 'too-large') throw thrown
      budget = grown(budget)
      continue
    }
    const end = hits.end()
    const fault = excessOf(end.receipt, budget)
    if (fault) return fault
    if (end.complete) break
    if (end.stoppedBy === null) return 'an answer is not complete for no reason'
    cursor = end.cursor ?? before
    if (cursor === before || answer >= smallAnswersMax) budget = grown(budget)
  }
  const wanted = expected.map(({ id, line }) => `${id} ${line}`)
  return differenceOf(found, wanted)
}

function grown({ maxRequests = 0, maxBytes = 0 }: Budget): Budget {
  return { maxRequests: 2 * maxRequests, maxBytes: 4 * maxBytes }
}

function excessOf(receipt: Receipt, budget: Budget): string | undefined {
  const { get, list } = receipt.requests
  const { maxRequests = 0, maxBytes = 0 } = budget
  if (get + list > maxRequests) return `${get + list} requests of ${maxRequests} were made`
  const { bytesRead } = receipt
  return bytesRead > maxBytes ? `${bytesRead} bytes of ${maxBytes} were read` : undefined
}
