import { defaultSettings, type Settings, settingsWith } from '../../lib/core/settings.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import { ThreadFleet } from '../../lib/read/thread-fleet.ts'
import type { Dice } from './dice.ts'
import type { DrawnQuestion } from './draw-question.ts'
import { shrinkQuestion } from './shrink-question.ts'
import { spoilIndexes } from './spoil-indexes.ts'
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

const threads = new ThreadFleet(1)

/**
 * Asks for the events and one thing more of the question. With `isSpoilt` objects of the indexes
 * are damaged or gone: an answer may then warn, and is the same.
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
  const store = isSpoilt ? await spoilIndexes(place, dice) : place.store
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
    const faultOf = async (each: DrawnQuestion) => {
      const reader = settings || isSpoilt ? cold() : warm
      const verdict = await judge({ reader, cold: () => roomy() }, events, each, asking)
      if (verdict.warnings.length > 0) hasWarned = true
      return verdict.fault ?? complaintOf(verdict, isSpoilt)
    }
    if ((await faultOf(question)) === undefined) continue
    const small = await shrinkQuestion(question, async each => (await faultOf(each)) !== undefined)
    const fault = (await faultOf(small)) ?? 'does not fail again'
    return { failure: { state, asking, settings, question: small, fault }, hasWarned }
  }
  return { failure: undefined, hasWarned }
}

/** An answer says that something is wrong, and nothing is. */
function complaintOf({ warnings, damage }: Verdict, isSpoilt: boolean): string | undefined {
  const complaints = isSpoilt ? damage : [...warnings, ...damage]
  return complaints.length > 0 ? `says ${JSON.stringify(complaints)}` : undefined
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
