import { ArchiveError } from '../../lib/core/errors.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import { listAll } from '../../lib/store/store.ts'
import type { Corpus } from '../oracle/corpora.ts'
import { Dice } from '../oracle/dice.ts'
import { type DrawnQuestion, drawQuestion } from '../oracle/draw-question.ts'
import { type Arrangement, arrange, states } from '../oracle/states.ts'
import { type Asking, askings, judge, type Verdict } from '../oracle/trial.ts'
import { varyEvents } from '../oracle/vary-events.ts'
import { uncovered } from './covered.ts'
import { type Flipping, FlippingStore } from './flipping-store.ts'

export interface FlipPlan {
  readonly corpus: Corpus
  readonly seed: number
  /** Numbers of the reads, half-open. */
  readonly start: number
  readonly end: number
  /** So many are made of one archive. */
  readonly archiveReads: number
  readonly eventsMax: number
  readonly failuresMax: number
}

/** Of an archive so small one object is as likely struck as another. */
export const flipLimits = { archiveReads: 2000, eventsMax: 40, failuresMax: 5 } as const

export interface FlipFailure {
  readonly read: number
  readonly state: string
  readonly asking: Asking
  readonly flipping: Flipping
  readonly fault: string
}

/** What became of all reads: each of them is one of the first three. */
export interface Flipped {
  readonly exact: number
  /** Answers that listed what they lack. */
  readonly damaged: number
  /** Errors that said so. */
  readonly refused: number
  /** Answers of the store, and those of them that had a flipped bit. */
  readonly answers: number
  readonly flips: number
  readonly failures: readonly FlipFailure[]
}

const told: readonly string[] = ['corrupt', 'missing', 'unavailable']
/** A price says nothing of what has to be read again. */
const asked = askings.filter(asking => asking !== 'explained' && asking !== 'budgeted')

/**
 * Reads archives in every state while bits of the store's answers flip. Each answer is that of a
 * full scan, or lists damage that covers what it lacks, or is an error.
 */
export async function flipAndRead(plan: FlipPlan): Promise<Flipped> {
  const { start, end, archiveReads, failuresMax } = plan
  const sum = { exact: 0, damaged: 0, refused: 0, answers: 0, flips: 0 }
  const failures: FlipFailure[] = []
  for (let read = start; read < end && failures.length < failuresMax; ) {
    const site = await makeSite(plan, Math.floor(read / archiveReads))
    const stop = Math.min(end, (Math.floor(read / archiveReads) + 1) * archiveReads)
    for (; read < stop && failures.length < failuresMax; read++) {
      const tried = await tryRead(site, new Dice(plan.seed * 104_729 + read))
      if (tried.fault === undefined) sum[tried.outcome]++
      else failures.push({ ...tried, read, state: site.arrangement.state, fault: tried.fault })
    }
    sum.answers += site.store.answers
    sum.flips += site.store.flips
  }
  return { ...sum, failures }
}

/** An archive and those who read it: one keeps what it read. */
interface Site {
  readonly arrangement: Arrangement
  readonly store: FlippingStore
  readonly keys: readonly { readonly key: string; readonly sizeBytes: number }[]
  readonly warm: Reader
  readonly cold: () => Reader
}

async function makeSite(plan: FlipPlan, number: number): Promise<Site> {
  const dice = new Dice(plan.seed * 7919 + number)
  const state = states[(number + plan.seed) % states.length]!
  const events = varyEvents(plan.corpus.events, plan.eventsMax, dice)
  const arrangement = await arrange(state, events, dice)
  // Of an archive whose events were all erased there is nothing to ask.
  if (arrangement.events.length === 0) return await makeSite(plan, number + 1_000_003)
  const { place } = arrangement
  const store = new FlippingStore(place.store, dice)
  const keys = await Array.fromAsync(listAll(place.store, ''))
  const settings = settingsWith({ cacheBytes: 0 })
  const cold = () => createReader({ ...place, store, settings })
  return { arrangement, store, keys, warm: createReader({ ...place, store }), cold }
}

interface Tried {
  readonly asking: Asking
  readonly flipping: Flipping
  readonly outcome: 'exact' | 'damaged' | 'refused'
  readonly fault: string | undefined
}

async function tryRead(site: Site, dice: Dice): Promise<Tried> {
  const { arrangement, store, warm, cold } = site
  const { events } = arrangement
  const question = drawQuestion(events, dice)
  const asking = dice.pick(asked)
  const flipping = drawFlipping(site, dice)
  const reader = dice.chance(0.5) ? warm : cold()
  store.flipping = flipping
  const verdict = await judge({ reader, cold }, events, question, asking)
  const fault = await faultOf(verdict, site, reader, question)
  store.flipping = { kind: 'never' }
  return { asking, flipping, outcome: outcomeOf(verdict), fault }
}

/** Now and then nothing: what was flipped before may not be kept. */
function drawFlipping({ keys }: Site, dice: Dice): Flipping {
  const { key, sizeBytes } = dice.pick(keys)
  return dice.weighted<() => Flipping>([
    [1, () => ({ kind: 'never' })],
    [3, () => ({ kind: 'some', chance: dice.pick([0.05, 0.3, 1]) })],
    [6, () => ({ kind: 'lying', key, bit: dice.below(8 * sizeBytes) })],
  ])()
}

function outcomeOf({ thrown, damage }: Verdict): Tried['outcome'] {
  if (thrown !== undefined) return 'refused'
  return damage.length > 0 ? 'damaged' : 'exact'
}

async function faultOf(
  { fault, thrown, damage }: Verdict,
  { arrangement, store }: Site,
  reader: Reader,
  question: DrawnQuestion,
): Promise<string | undefined> {
  if (thrown !== undefined) {
    const isTold = thrown instanceof ArchiveError && told.includes(thrown.code)
    if (isTold && store.flipping.kind !== 'never') return undefined
    return `threw ${thrown instanceof Error ? thrown.stack : thrown}`
  }
  if (damage.length === 0) return fault
  if (store.flipping.kind === 'never') return `lists ${JSON.stringify(damage)} of what is whole`
  // Asked again, other answers of the store may be flipped, and the object that lies is the same.
  if (store.flipping.kind === 'some') return undefined
  return await uncovered(reader, arrangement.events, question)
}
