import type { FaultKind } from '../faults.ts'
import { type Outcome, playFaulty, requestsOf, type Strike, toldAlike } from './faulty-runs.ts'
import type { Procedure } from './procedures.ts'

/** Cases tried and those that went wrong, with what. */
export interface Cases {
  count: number
  readonly wrong: string[]
}

const crashes: readonly FaultKind[] = ['crash-before', 'crash-after']
/** After each of these the caller cannot know, by the answer, whether it happened. */
const doubts: readonly FaultKind[] = [
  'response-lost',
  'request-lost',
  'refused-after-success',
  'effect-delayed',
  'effect-duplicated',
]

/** A crash before and after every request: another member makes the archive whole. */
export async function crashEverywhere(procedure: Procedure): Promise<Cases> {
  const requests = await requestsOf(procedure)
  const cases: Cases = { count: 0, wrong: [] }
  for (let nth = 1; nth <= requests.length; nth++) {
    for (const fault of crashes) await tryCase(cases, procedure, [{ process: 'first', nth, fault }])
  }
  return cases
}

/**
 * Pairs: the process crashes somewhere, the next that does the same crashes anywhere; and an answer
 * that is lost before a crash.
 */
export async function pairsEverywhere(procedure: Procedure): Promise<Cases> {
  const { length } = await requestsOf(procedure)
  const cases: Cases = { count: 0, wrong: [] }
  for (let nth = 1; nth <= length; nth++) {
    for (const fault of crashes) {
      const first = { process: 'first', nth, fault }
      for (let next = 1; next <= length; next++) {
        for (const other of crashes)
          await tryCase(cases, procedure, [first, { process: 'second', nth: next, fault: other }])
      }
      for (let before = 1; before < nth; before++)
        await tryCase(cases, procedure, [{ ...first, nth: before, fault: 'response-lost' }, first])
    }
  }
  return cases
}

/**
 * A lost answer, a lost request, a refusal by oneself, a late and a double effect at every request
 * that changes something: the procedure tells its caller what it tells when nothing goes wrong, or
 * that it does not know; and all is well.
 */
export async function doubtEverywhere(procedure: Procedure): Promise<Cases> {
  const requests = await requestsOf(procedure)
  const calm = await playFaulty(procedure, [])
  const cases: Cases = { count: 0, wrong: calm.broken.map(fault => `${procedure.name}: ${fault}`) }
  for (const [i, { kind }] of requests.entries()) {
    if (kind !== 'create' && kind !== 'replace' && kind !== 'delete') continue
    for (const fault of doubts) {
      const outcome = await tryCase(cases, procedure, [{ process: 'first', nth: i + 1, fault }])
      // What is put again until it is known to be there needs no doubt in its report.
      const isPut = kind !== 'delete'
      const isSure = isPut && (fault === 'response-lost' || fault === 'request-lost')
      if (outcome?.told === undefined ? isSure : !toldAlike(outcome.told, calm.told))
        cases.wrong.push(`${procedure.name}, ${fault} at ${i + 1}: told otherwise`)
    }
  }
  return cases
}

async function tryCase(
  cases: Cases,
  procedure: Procedure,
  strikes: readonly Strike[],
): Promise<Outcome | undefined> {
  const outcome = await playFaulty(procedure, strikes)
  // The second process may have less to do than the first had.
  if (!outcome.isStruck) return strikes.length > 1 ? undefined : outcome
  cases.count++
  const where = strikes.map(({ process, nth, fault }) => `${fault} at ${nth} of ${process}`)
  for (const fault of outcome.broken)
    cases.wrong.push(`${procedure.name}, ${where.join(', ')}: ${fault}`)
  return outcome
}
