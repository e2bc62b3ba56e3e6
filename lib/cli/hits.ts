import type { Archive } from '../archive.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import type { AnswerEnd, Budget, Healed, Hit, Receipt, SearchQuestion } from '../read/question.ts'
import { finish } from './finish.ts'
import type { PageOptions } from './options.ts'
import { eventLines } from './render/event-line.ts'
import { showCounted, showMillis } from './render/figures.ts'
import { addReceipts } from './render/receipt.ts'
import { timesIn } from './render/zoned-time.ts'
import type { ExitCode } from './run.ts'
import type { Session } from './session.ts'

const eventsPerTurn = 2048
/** First pause after an outage; doubles each time. */
const outagePauseMillis = 1000

/** How an event is written. */
export type Show = (hit: Hit) => readonly (Buffer | string)[]

/** Shows events that answer the question as they are found: a page to a person, all to a pipe. */
export async function showHits(
  session: Session,
  archive: Archive,
  question: SearchQuestion,
  options: PageOptions,
): Promise<{ readonly shown: number; readonly exitCode: ExitCode }> {
  const { order, cursor } = options
  const limit = options.limit ?? (session.isHuman ? defaultSettings.pageEvents : undefined)
  const asked = {
    ...question,
    order,
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  }
  const { shown, end } = await writeHits(session, archive, asked, lineOf(session, options.tz))
  const exitCode = await finish(session, end, shown > 0, showCounted(shown, 'event'))
  if (end.cursor !== null && !session.output.closed)
    session.note(`there is more: --cursor ${end.cursor}`)
  return { shown, exitCode }
}

/**
 * Writes the events that answer the question, in as many questions as the engine's limit on one
 * answer makes of it. A store that does not answer is asked up to `attemptsMax` times, from where
 * the answer broke off.
 */
export async function writeHits(
  session: Session,
  archive: Archive,
  question: SearchQuestion,
  show: Show,
  attemptsMax = 1,
): Promise<{ readonly shown: number; readonly end: AnswerEnd }> {
  const { limit } = question
  let shown = 0
  let cursor = question.cursor
  let end: AnswerEnd | undefined
  let failedCount = 0
  let hasFailed: boolean
  do {
    hasFailed = false
    const shownBefore = shown
    const hits = archive.search({
      ...question,
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
      if (!session.signal.aborted) {
        if (shown > shownBefore) failedCount = 0
        if (!isOutage(error) || ++failedCount >= attemptsMax) {
          const place = hits.end().cursor ?? cursor
          if (place !== undefined) session.note(`go on with --cursor ${place}`)
          throw error
        }
        hasFailed = true
        await waitOut(session, error, failedCount)
      }
    }
    end = joinEnds(end, hits.end())
    cursor = end.cursor ?? cursor
  } while (shown !== limit && (hasFailed || end.stoppedBy === 'limit') && !session.signal.aborted)
  return { shown, end }
}

function isOutage(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && error.code === 'unavailable'
}

async function waitOut(session: Session, error: ArchiveError, failedCount: number): Promise<void> {
  const pauseMillis = outagePauseMillis * 2 ** (failedCount - 1)
  session.warn(`varve: ${error.message}; going on in ${showMillis(pauseMillis)}`)
  await session.clock.sleep(pauseMillis, session.signal).catch(() => {})
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
    damage: joinParts(first.damage, second.damage),
    healed: joinParts(first.healed, second.healed),
    warnings: second.warnings,
  }
}

/** Each damaged part once, though every page may meet it. */
export function joinParts<Part extends Healed>(
  first: readonly Part[],
  second: readonly Part[],
): Part[] {
  const nameOf = ({ object, startByte }: Part) => `${object} ${startByte}`
  const known = new Set(first.map(nameOf))
  return [...first, ...second.filter(each => !known.has(nameOf(each)))]
}
