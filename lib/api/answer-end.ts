import { formatTime } from '../core/time.ts'
import type { AnswerEnd, Selection } from '../read/question.ts'

/** The end of an answer as it is told outside: times in RFC 3339, with the range it was about. */
export function answerEnd(end: AnswerEnd, range: Pick<Selection, 'startMicros' | 'endMicros'>) {
  return {
    complete: end.complete,
    stoppedBy: end.stoppedBy,
    cursor: end.cursor,
    range: { from: timeOrNull(range.startMicros), to: timeOrNull(range.endMicros) },
    receipt: end.receipt,
    damage: end.damage.map(({ startMicros, endMicros, ...rest }) => ({
      ...rest,
      from: formatTime(startMicros),
      to: formatTime(endMicros),
    })),
    warnings: end.warnings,
  }
}

export function timeOrNull(micros: number | undefined): string | null {
  return micros === undefined ? null : formatTime(micros)
}

export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  })
}
