import { collectGarbage } from '../../lib/brigade/collect.ts'
import { compact } from '../../lib/brigade/compact.ts'
import { finishMasks, listPending } from '../../lib/brigade/erasing.ts'
import { raiseFloor } from '../../lib/brigade/floor.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { prune } from '../../lib/brigade/prune.ts'
import { recut } from '../../lib/brigade/recut.ts'
import { rewrite } from '../../lib/brigade/rewrite.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../lib/brigade/sweep.ts'
import { inDomain } from '../../lib/core/domain.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { formatTime } from '../../lib/core/time.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import type { TestEvent } from '../support/make-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'
import type { Dice } from './dice.ts'
import { type DrawnErasure, drawErasure } from './draw-erasure.ts'
import { type KnownEvent, knownEvents } from './known-events.ts'

/** What is done to an archive: appends, the work of a brigade, the passing of time. */
type Step = 'part' | 'rest' | 'fold' | 'compact' | 'roll up' | 'work' | 'years' | 'any'

const parts: readonly Step[] = ['part', 'fold', 'part', 'fold', 'part', 'fold']
const any = (count: number) => Array.from({ length: count }, (): Step => 'any')

/** Ways for events to lie in an archive, and how they come to lie so. What is left is appended. */
const scripts = {
  tail: [],
  folded: ['rest', 'fold'],
  'folded and tail': ['part', 'part', 'fold', 'part', 'fold'],
  compacted: [...parts, 'rest', 'fold', 'compact'],
  'compacted, folded and tail': [...parts, 'compact', 'part', 'part', 'fold'],
  'worked off': ['rest', 'work'],
  'rolled up': [...parts, 'rest', 'fold', 'years', 'roll up'],
  'rolled up, compacted, folded and tail': [
    ...[...parts, 'years', 'compact', 'roll up'],
    ...['part', 'fold', 'compact', 'part', 'fold'],
  ],
  'worked off late': [...parts, 'part', 'years', 'work', 'rest', 'work'],
  'any mix': any(12),
  'any mix later': ['years', ...any(16)],
} as const satisfies Record<string, readonly Step[]>
export type State = keyof typeof scripts
export const states = Object.keys(scripts) as readonly State[]

const oneYear = 366 * 24 * 3600e3

/** An archive in one of the states and what it holds. */
export interface Arrangement {
  readonly state: State
  readonly place: TestPlace
  readonly events: readonly KnownEvent[]
  /** With those that were erased or pruned. */
  readonly given: readonly KnownEvent[]
}

/** Puts the events into an archive of small batches, frames, buckets and indexes. */
export async function arrange(
  state: State,
  events: readonly TestEvent[],
  dice: Dice,
): Promise<Arrangement> {
  const place = makePlace({
    foldBytesMax: dice.pick([100e3, 1e6, 128e6]),
    recentMax: dice.pick([3, 2000]),
    compactRunsMin: dice.pick([2, 4]),
    rollupPartsMin: dice.pick([2, 2, 4]),
    rollupPartsMax: dice.pick([2, 5, 256]),
    manifestBucketsMax: dice.pick([1, 4, 2000]),
    rewriteBytesMax: dice.pick([1, 2 ** 30]),
    sealedCompressionLevel: 1,
    groupCommitMillis: 0,
  })
  const yard = new Yard(place, batchesOf(events, dice), dice)
  await yard.changePolicies()
  const erasures = drawErasures(events, dice)
  await yard.bringInto(state, erasures)
  const { horizons } = await catalogOf(place)
  const isPruned = ({ stream, time }: TestEvent) =>
    horizons.some(horizon => time < horizon.beforeMicros && inDomain(stream, horizon))
  const left = events.filter(
    event => !isPruned(event) && !erasures.some(({ isErased }) => isErased(event)),
  )
  return { state, place, events: knownEvents(left), given: knownEvents(events) }
}

/** Mostly none; each at a step of the script. */
function drawErasures(events: readonly TestEvent[], dice: Dice): DrawnErasure[] {
  const count = dice.pick([0, 0, 0, 1, 2])
  return Array.from({ length: count }, () => drawErasure(events, dice)).filter(
    drawn => drawn !== undefined,
  )
}

/** Some of them with a retention that lies among the events. */
function drawPolicies(events: readonly TestEvent[], nowMicros: number, dice: Dice): Policy[] {
  return drawSizes(dice).map(policy => {
    if (events.length === 0 || dice.chance(0.6)) return policy
    const retentionMicros = nowMicros - dice.pick(events).time + dice.pick([0, 3600e6, 3600e7])
    return retentionMicros >= 3600e6 ? { ...policy, retentionMicros } : policy
  })
}

function drawSizes(dice: Dice): Policy[] {
  const sizes = {
    bucketSizeBytes: dice.pick([3_000, 20_000, 1_000_000]),
    frameSizeBytes: dice.pick([700, 4_000, 30_000]),
  }
  const all: Policy = { ...logPolicy, ...sizes }
  const small: Policy = { ...all, pattern: 'user/**', frameSizeBytes: 700 }
  const web: Policy = { ...all, pattern: 'web*/**', bucketSizeBytes: 5_000 }
  return dice.pick([[all], [small, all], [web, small, all], [small, web], [all, web]])
}

/** Neighbours together or anything with anything. */
function batchesOf(events: readonly TestEvent[], dice: Dice): TestEvent[][] {
  const ordered = dice.chance(0.5) ? events : dice.shuffled(events)
  const size = Math.max(1, Math.ceil(ordered.length / dice.pick([3, 12, 40])))
  const batches: TestEvent[][] = []
  for (let at = 0; at < ordered.length; at += size) batches.push(ordered.slice(at, at + size))
  return batches
}

/** An archive that is being filled and worked on. */
class Yard {
  readonly #place: TestPlace
  readonly #waiting: TestEvent[][]
  readonly #events: readonly TestEvent[]
  readonly #dice: Dice
  readonly #damaged = new Set<string>()

  constructor(place: TestPlace, batches: TestEvent[][], dice: Dice) {
    this.#place = place
    this.#waiting = batches
    this.#events = batches.flat()
    this.#dice = dice
  }

  /** Somewhere on the way the events of each erasure are hidden; later ones too. */
  async bringInto(state: State, erasures: readonly DrawnErasure[]): Promise<void> {
    const steps: readonly Step[] = scripts[state]
    const waiting = erasures.map(erasure => ({ erasure, at: this.#dice.below(steps.length + 1) }))
    const pruneAt = this.#dice.pick([-1, this.#dice.below(steps.length + 1)])
    for (const [i, step] of [...steps, 'rest' as const].entries()) {
      if (i === pruneAt) await prune(this.#place, { confirmed: true })
      for (const { erasure, at } of waiting) if (at === i) await this.#erase(erasure)
      await this.#take(step)
    }
    // What came when the work was done already is erased as well.
    for (const erasure of erasures) await this.#erase(erasure)
    if (erasures.length > 0 && this.#dice.chance(0.6)) await this.#rewrite()
  }

  async #rewrite(): Promise<void> {
    await listPending(this.#place)
    // Sometimes a roll-up is asked that has lost some of its runs.
    while ((await rewrite(this.#place, this.#damaged)) !== undefined) {
      if (this.#dice.chance(0.1)) return
    }
    await finishMasks(this.#place)
  }

  async changePolicies(): Promise<void> {
    const nowMicros = this.#place.clock.nowMicros()
    await setPolicies(this.#place, drawPolicies(this.#events, nowMicros, this.#dice))
  }

  async #erase({ selection }: DrawnErasure): Promise<void> {
    const erasureId = `e${this.#dice.below(1e9)}`
    await putMask(this.#place, { erasureId, selection })
  }

  async #take(step: Step): Promise<void> {
    switch (step) {
      case 'part':
        return await this.#append(0.3)
      case 'rest':
        return await this.#append(1)
      case 'fold':
        return await this.#fold()
      case 'compact':
        return await this.#compact()
      case 'roll up':
        return await this.#rollUp()
      case 'work':
        return await this.#work()
      case 'years':
        return this.#place.clock.advance(this.#dice.pick([0, oneYear, 2 * oneYear]))
      case 'any':
        return await this.#takeAny()
    }
  }

  async #append(share: number): Promise<void> {
    for (const events of this.#waiting.splice(0, Math.ceil(this.#waiting.length * share))) {
      this.#place.clock.advance(1)
      await appendBatch(this.#place, events.map(givenLine))
    }
  }

  async #fold(): Promise<void> {
    while (await fold(this.#place, this.#damaged));
    if (this.#dice.chance(0.5)) await sweepTail(this.#place)
    if (this.#dice.chance(0.5)) while (await moveAbsorbed(this.#place));
  }

  async #compact(): Promise<void> {
    while ((await compact(this.#place, this.#damaged)) !== undefined);
  }

  async #rollUp(): Promise<void> {
    while ((await rollUp(this.#place, this.#damaged)) !== undefined);
  }

  async #work(): Promise<void> {
    await new Member(this.#place).once()
  }

  async #takeAny(): Promise<void> {
    const place = this.#place
    await this.#dice.pick([
      () => this.#append(0.3),
      () => this.#append(0.2),
      () => fold(place, this.#damaged),
      () => this.#fold(),
      () => compact(place, this.#damaged),
      () => rollUp(place, this.#damaged),
      () => this.#rollUp(),
      () => collectGarbage(place),
      () => sweepTail(place),
      () => moveAbsorbed(place),
      () => raiseFloor(place),
      () => this.#work(),
      () => this.changePolicies(),
      () => prune(place, { confirmed: true }),
      () => recut(place, this.#damaged),
      async () => place.clock.advance(this.#dice.pick([1e3, 3600e3, oneYear / 20])),
    ])()
  }
}

function givenLine({ time, stream, id, rest }: TestEvent): string {
  const own = id === undefined ? '' : `,"@id":${JSON.stringify(id)}`
  return `{"@time":"${formatTime(time)}","@stream":"${stream}"${own}${rest ? `,${rest}` : ''}}`
}
