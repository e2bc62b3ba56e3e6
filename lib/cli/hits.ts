import type { Archive } from '../archive.ts'
import { defaultSettings } from '../core/settings.ts'
import type { AnswerEnd, Budget, Hit, Receipt, SearchQuestion } from '../read/question.ts'
import { finish } from './finish.ts'
import type { PageOptions } from './options.ts'
import { eventLines } from './render/event-line.ts'
import { showCounted } from './render/figures.ts'
import { addReceipts } from './render/receipt.ts'
import { timesIn } from './render/zoned-time.ts'
import type { ExitCode } from './run.ts'
import type { Session } from './session.ts'

const eventsPerTurn = 2048

/**
 * Shows the events that answer the question as they are found: a page of them to a person, all to a
 * pipe, in as many questions as the engine's limit on one answer makes of it.
 */
export async function showHits(
  session: Session,
  archive: Archive,
  question: SearchQuestion,
  options: PageOptions,
): Promise<{ readonly shown: number; readonly exitCode: ExitCode }> {
  const limit = options.limit ?? (session.isHuman ? defaultSettings.pageEvents : undefined)
  const show = lineOf(session, options.tz)
  let shown = 0
  let cursor = options.cursor
  let end: AnswerEnd | undefined
  do {
    const hits = archive.search({
      ...question,
      order: options.order,
      ...(end && budgetLeft(question, end.receipt)),
      ...(limit !== undefined && { limit: limit - shown }),
      ...(cursor !== undefined && { cursor }),
    })
    try {
      for await (const hit of hits) {
        await session.output.write(...show(hit))
        shown++
        // Events that lie in memory already leave no turn in which a signal could arrive.
        if (shown % eventsPerTurn === 0) await session.clock.sleep(0)
        if (session.signal.aborted) break
      }
    } catch (error) {
      if (!session.signal.aborted) throw error
    }
    end = joinEnds(end, hits.end())
    cursor = end.cursor ?? undefined
  } while (shown !== limit && end.stoppedBy === 'limit' && !session.signal.aborted)
  const exitCode = await finish(session, end, shown > 0, showCounted(shown, 'event'))
  if (cursor !== undefined && !session.output.closed)
    session.note(`there is more: --cursor ${cursor}`)
  return { shown, exitCode }
}

/** What the next question may cost. */
function budgetLeft(budget: Budget, { requests, bytesRead, dollars }: Receipt): Budget {
  const { maxRequests, maxBytes, maxDollars } = budget
  const madeCount = requests.get + requests.list
  return {
    ...(maxRequests !== undefined && { maxRequests: Math.max(1, maxRequests - madeCount) }),
    ...(maxBytes !== undefined && { maxBytes: Math.max(1, maxBytes - bytesRead) }),
    ...(maxDollars !== undefined && { maxDollars: Math.max(1e-12, maxDollars - dollars) }),
  }
}

type Show = (hit: Hit) => readonly (Buffer | string)[]

function lineOf(session: Session, timeZone: string | undefined): Show {
  if (!session.isHuman) return hit => [hit.line, '\n']
  const { paint, columns } = session
  const line = eventLines({ showTime: timesIn(timeZone), paint, columns })
  return hit => [line(hit)]
}

function joinEnds(first: AnswerEnd | undefined, second: AnswerEnd): AnswerEnd {
  if (first === undefined) return second
  return {
    ...second,
    receipt: addReceipts(first.receipt, second.receipt),
    damage: [...first.damage, ...second.damage],
    warnings: second.warnings,
  }
}
