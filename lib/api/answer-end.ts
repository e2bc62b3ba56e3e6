import { formatTime } from '../core/time.ts'
import type { AnswerEnd, Damage, Selection } from '../read/question.ts'

/** The end of an answer as it is told outside: times in RFC 3339, with the range it was about. */
export function answerEnd(end: AnswerEnd, range: Pick<Selection, 'startMicros' | 'endMicros'>) {
  return {
    complete: end.complete,
    stoppedBy: end.stoppedBy,
    cursor: end.cursor,
    range: { from: timeOrNull(range.startMicros), to: timeOrNull(range.endMicros) },
    receipt: end.receipt,
    damage: end.damage.map(shownDamage),
    healed: end.healed,
    warnings: end.warnings,
  }
}

/** A damaged part as it is told outside. */
export function shownDamage({ startMicros, endMicros, ...rest }: Damage) {
  return { ...rest, from: formatTime(startMicros), to: formatTime(endMicros) }
}

export function timeOrNull(micros: number | undefined): string | null {
  return micros === undefined ? null : formatTime(micros)
}

/** An answer that is known whole before its first byte. */
export function answerResponse(
  members: object,
  end: AnswerEnd,
  range: Pick<Selection, 'startMicros' | 'endMicros'>,
): Response {
  return answerOfText(JSON.stringify({ ...members, end: answerEnd(end, range) }), end)
}

/** The same of JSON text, which has the end in it. */
export function answerOfText(json: string, end: AnswerEnd): Response {
  const headers = { 'Content-Type': 'application/json', ...damageHeader(end) }
  return new Response(json, { headers })
}

/** How many damaged parts an answer had to do without, for those who do not read its end. */
export function damageHeader({ damage }: AnswerEnd): Readonly<Record<string, string>> {
  return damage.length > 0 ? { 'Varve-Damage': String(damage.length) } : {}
}

export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  })
}
