import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import { ThreadFleet } from '../../lib/read/thread-fleet.ts'
import type { Corpus } from './corpora.ts'
import { Dice } from './dice.ts'
import { type DrawnQuestion, drawQuestion } from './draw-question.ts'
import { expectedEvents } from './expected-answers.ts'
import { shrinkQuestion } from './shrink-question.ts'
import { type Arrangement, arrange, type State, states } from './states.ts'
import { type Asking, askings, faultOf } from './trial.ts'
import { varyEvents } from './vary-events.ts'

const threads = new ThreadFleet(1)

export interface Plan {
  readonly corpus: Corpus
  readonly seed: number
  /** Numbers of the questions, half-open: one alone plays again as it played among others. */
  readonly start: number
  readonly end: number
  /** So many are asked of each archive before the next one is made. */
  readonly archiveQuestions: number
  /** Events in an archive. */
  readonly eventsMax: number
  readonly failuresMax: number
}

/** A question whose answer was wrong, as small as it was easily made. */
export interface Failure {
  readonly number: number
  readonly state: State
  readonly asking: Asking
  /** Of a reader of its own. */
  readonly settings: Partial<Settings> | undefined
  readonly question: DrawnQuestion
  readonly fault: string
}

export interface Played {
  readonly questions: number
  /** Questions that some event meets. */
  readonly met: number
  readonly failures: readonly Failure[]
}

/** Asks random questions of archives in every state; each answer is compared with a full scan. */
export async function play(plan: Plan): Promise<Played> {
  const { end, archiveQuestions, failuresMax } = plan
  const failures: Failure[] = []
  let met = 0
  let number = plan.start
  while (number < end && failures.length < failuresMax) {
    const archive = Math.floor(number / archiveQuestions)
    const arrangement = await arrangementOf(plan, archive)
    const warm = createReader(arrangement.place)
    const stop = Math.min(end, (archive + 1) * archiveQuestions)
    for (; number < stop && failures.length < failuresMax; number++) {
      const dice = new Dice(plan.seed * 104_729 + number)
      const question = drawQuestion(arrangement.events, dice)
      if (expectedEvents(arrangement.events, question).length > 0) met++
      const failure = await failureOf(arrangement, warm, question, dice)
      if (failure) failures.push({ number, ...failure })
    }
  }
  return { questions: number - plan.start, met, failures }
}

async function arrangementOf(
  { corpus, seed, eventsMax }: Plan,
  archive: number,
): Promise<Arrangement> {
  const dice = new Dice(seed * 7919 + archive)
  const state = states[(archive + seed) % states.length]!
  return await arrange(state, varyEvents(corpus.events, eventsMax, dice), dice)
}

async function failureOf(
  { state, place, events }: Arrangement,
  warm: Reader,
  question: DrawnQuestion,
  dice: Dice,
): Promise<Omit<Failure, 'number'> | undefined> {
  const settings = drawSettings(dice)
  const fleet = dice.chance(0.3) ? threads : undefined
  const cold = () => createReader({ ...place, settings: settingsWith(settings), fleet })
  const reader = () => (settings ? cold() : warm)
  const other = dice.pick(askings.slice(1))
  for (const asking of ['search', other] as const) {
    const isWrong = async (each: DrawnQuestion) => faultOf(reader(), events, each, asking)
    if ((await isWrong(question)) === undefined) continue
    const small = await shrinkQuestion(question, async each => (await isWrong(each)) !== undefined)
    const fault = (await isWrong(small)) ?? 'does not fail again'
    return { state, asking, settings, question: small, fault }
  }
  return undefined
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
