import { createReader } from '../../lib/read/reader.ts'
import { askQuestion, type Failure } from './ask-question.ts'
import type { Corpus } from './corpora.ts'
import { Dice } from './dice.ts'
import { drawQuestion } from './draw-question.ts'
import { expectedEvents } from './expected-answers.ts'
import { type Arrangement, arrange, states } from './states.ts'
import { varyEvents } from './vary-events.ts'

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
  /** Objects of the indexes are damaged or gone. */
  readonly isSpoilt: boolean
}

export interface Played {
  readonly questions: number
  /** Questions that some event meets. */
  readonly met: number
  /** Questions whose answers told of something they did without. */
  readonly warned: number
  readonly failures: readonly (Failure & { readonly number: number })[]
}

/** Asks random questions of archives in every state; each answer is compared with a full scan. */
export async function play(plan: Plan): Promise<Played> {
  const { end, archiveQuestions, failuresMax, isSpoilt } = plan
  const failures: (Failure & { readonly number: number })[] = []
  let [met, warned, number] = [0, 0, plan.start]
  while (number < end && failures.length < failuresMax) {
    const archive = Math.floor(number / archiveQuestions)
    const arrangement = await arrangementOf(plan, archive)
    const { events, given, place } = arrangement
    const warm = createReader(place)
    const stop = Math.min(end, (archive + 1) * archiveQuestions)
    for (; number < stop && failures.length < failuresMax; number++) {
      const dice = new Dice(plan.seed * 104_729 + number)
      const question = drawQuestion(given, dice)
      const outcome = await askQuestion(arrangement, warm, question, dice, isSpoilt)
      if (expectedEvents(events, question).length > 0) met++
      if (outcome.hasWarned) warned++
      if (outcome.failure) failures.push({ ...outcome.failure, number })
    }
  }
  return { questions: number - plan.start, met, warned, failures }
}

async function arrangementOf(
  { corpus, seed, eventsMax }: Plan,
  archive: number,
): Promise<Arrangement> {
  const dice = new Dice(seed * 7919 + archive)
  const state = states[(archive + seed) % states.length]!
  return await arrange(state, varyEvents(corpus.events, eventsMax, dice), dice)
}
