import { ArchiveError, type ErrorCode } from '../../lib/core/errors.ts'
import type { Dice } from '../oracle/dice.ts'

/** What one input came to: a value, or an error that says what is wrong with it. */
export type Outcome = 'taken' | 'refused'

/** Makes an input with the dice and tries it. Whatever it throws is a finding. */
export type Attempt = (dice: Dice) => Outcome | Promise<Outcome>

/** One decoder or parser, and inputs that are hostile to it. */
export interface Target {
  /** Makes the valid inputs that the hostile ones are made of. */
  readonly prepare: () => Attempt | Promise<Attempt>
}

/** Whether this is how the code refuses an input. */
export function isRefusal(error: unknown, codes: readonly ErrorCode[]): boolean {
  return error instanceof ArchiveError && codes.includes(error.code)
}

/** Tries it; an error of another kind or code than these goes on as a finding. */
export function attempted(codes: readonly ErrorCode[], attempt: () => void): Outcome {
  try {
    attempt()
    return 'taken'
  } catch (error) {
    if (isRefusal(error, codes)) return 'refused'
    throw error
  }
}

/** The same of what answers later. */
export async function attemptedLater(
  codes: readonly ErrorCode[],
  attempt: () => Promise<void>,
): Promise<Outcome> {
  try {
    await attempt()
    return 'taken'
  } catch (error) {
    if (isRefusal(error, codes)) return 'refused'
    throw error
  }
}

/** Throws: this is a finding. */
export function insist(condition: boolean, what: () => string): asserts condition {
  if (!condition) throw new Error(what())
}
