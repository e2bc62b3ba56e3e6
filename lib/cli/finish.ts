import type { AnswerEnd } from '../read/question.ts'
import { showDamage, showHealed } from './render/damage.ts'
import { showReceipt } from './render/receipt.ts'
import { timesIn } from './render/zoned-time.ts'
import type { ExitCode } from './run.ts'
import type { Session } from './session.ts'

/**
 * Ends an answer: after its last line warnings, damage and receipt, then the exit status. One that
 * lacks damaged events, or that its budget ended, ends with 2, so that a script cannot take it for
 * whole.
 */
export async function finish(
  session: Session,
  end: AnswerEnd,
  found: boolean,
  summary: string,
): Promise<ExitCode> {
  await session.output.flush()
  if (session.output.closed) return 0
  for (const { detail, hint } of end.warnings) {
    session.warn(`varve: ${detail}${hint ? `; ${hint}` : ''}`)
  }
  for (const line of showDamage(end.damage, timesIn())) session.warn(line)
  for (const line of showHealed(end.healed)) session.warn(line)
  if (isBudgetSpent(end)) {
    session.warn(`varve: the answer is incomplete: its budget of ${end.stoppedBy} is spent`)
  }
  session.note(`${summary} · ${showReceipt(end.receipt)}`)
  if (session.interrupted) return 130
  if (end.damage.length > 0 || isBudgetSpent(end)) return 2
  return found ? 0 : 1
}

function isBudgetSpent({ stoppedBy }: AnswerEnd): boolean {
  return stoppedBy !== null && stoppedBy !== 'limit'
}
