import { ArchiveError } from '../../lib/core/errors.ts'
import { defaultSettings, type Settings, settingsWith } from '../../lib/core/settings.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import { ThreadFleet } from '../../lib/read/thread-fleet.ts'
import type { Dice } from './dice.ts'
import type { DrawnQuestion } from './draw-question.ts'
import { shrinkQuestion } from './shrink-question.ts'
import { spoilStore } from './spoil-store.ts'
import type { Arrangement, State } from './states.ts'
import { type Asking, askings, judge, type Verdict } from './trial.ts'

/** A question whose answer was wrong, as small as it was easily made. */
export interface Failure {
  readonly state: State
  readonly asking: Asking
  /** Of a reader of its own. */
  readonly settings: Partial<Settings> | undefined
  readonly question: DrawnQuestion
  readonly fault: string
}

export interface Outcome {
  readonly failure: Failure | undefined
  /** Whether an answer told of something that it did without. */
  readonly hasWarned: boolean
}

const losses: readonly string[] = ['corrupt', 'missing', 'unavailable']

const threads = new ThreadFleet(1)

/**
 * Asks for the events and one thing more of the question. With `isSpoilt` objects are
 * damaged or gone: if they are of indexes the answer may warn and is the same, else it may lack
 * something and says so.
 */
export async function askQuestion(
  { state, place, events }: Arrangement,
  warm: Reader,
  question: DrawnQuestion,
  dice: Dice,
  isSpoilt: boolean,
): Promise<Outcome> {
  const settings = drawSettings(dice)
  const fleet = dice.chance(0.3) ? threads : undefined
  const { store, isLossy } = isSpoilt ? await spoilStore(place, dice) : { ...place, isLossy: false }
  const cold = () => createReader({ ...place, store, settings: settingsWith(settings), fleet })
  // A price is told of an answer that fits into memory.
  const { readMemoryBytes, cacheBytes } = defaultSettings
  const roomy = () =>
    createReader({
      ...place,
      store,
      settings: settingsWith({ ...settings, readMemoryBytes, cacheBytes }),
    })
  // Nor is it told of what has to be read because an index is damaged.
  const others = askings.slice(1).filter(asking => !(isSpoilt && asking === 'explained'))
  const other = dice.pick(others)
  let hasWarned = false
  for (const asking of ['search', other] as const) {
    const ask = async (each: DrawnQuestion) => {
      const reader = settings || isSpoilt ? cold() : warm
      const verdict = await judge({ reader, cold: () => roomy() }, events, each, asking)
      if (verdict.warnings.length > 0) hasWarned = true
      return isLossy ? concealedBy(verdict) : faultOf(verdict, isSpoilt)
    }
    if ((await ask(question)) === undefined) continue
    const small = await shrinkQuestion(question, async each => (await ask(each)) !== undefined)
    const fault = (await ask(small)) ?? 'does not fail again'
    return { failure: { state, asking, settings, question: small, fault }, hasWarned }
  }
  return { failure: undefined, hasWarned }
}

/** What is wrong with an answer that nothing was in the way of, or hardly anything. */
function faultOf(verdict: Verdict, isSpoilt: boolean): string | undefined {
  const { fault, thrown, warnings, damage } = verdict
  if (thrown !== undefined) return `threw ${thrown instanceof Error ? thrown.stack : thrown}`
  const complaints = isSpoilt ? damage : [...warnings, ...damage]
  return fault ?? (complaints.length > 0 ? `says ${JSON.stringify(complaints)}` : undefined)
}

/** What is wrong with an answer that does not say what it lacks. */
function concealedBy({ fault, thrown, damage }: Verdict): string | undefined {
  if (thrown === undefined) return damage.length > 0 ? undefined : fault
  const isTold = thrown instanceof ArchiveError && losses.includes(thrown.code)
  return isTold ? undefined : `threw ${thrown instanceof Error ? thrown.stack : thrown}`
}

/** A reader with much or hardly any memory that starts cold; mostly the one that asked before. */
function drawSettings(dice: Dice): Partial<Settings> | undefined {
  if (dice.chance(0.94)) return undefined
  return {
    readMemoryBytes: dice.pick([1, 20_000, 64e6]),
    readConcurrency: dice.pick([1, 3, 32]),
    mergeGapBytes: dice.pick([0, 500, 1e6]),
    cacheBytes: dice.pick([0, 50_000, 128e6]),
    fleetFramesMin: 0,
  }
}
