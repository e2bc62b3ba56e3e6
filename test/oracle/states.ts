import { collectGarbage } from '../../lib/brigade/collect.ts'
import { compact } from '../../lib/brigade/compact.ts'
import { raiseFloor } from '../../lib/brigade/floor.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../lib/brigade/sweep.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { formatTime } from '../../lib/core/time.ts'
import { appendBatch, setPolicies } from '../support/brigade-place.ts'
import type { TestEvent } from '../support/make-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'
import type { Dice } from './dice.ts'
import { type KnownEvent, knownEvents } from './known-events.ts'

/** Ways for events to lie in an archive. */
export const states = [
  'tail',
  'folded',
  'folded and tail',
  'compacted',
  'compacted, folded and tail',
  'worked off',
  'rolled up',
  'rolled up, compacted, folded and tail',
  'worked off late',
  'any mix',
  'any mix later',
] as const
export type State = (typeof states)[number]

const oneYear = 366 * 24 * 3600e3

/** An archive in one of the states and what it holds. */
export interface Arrangement {
  readonly state: State
  readonly place: TestPlace
  readonly events: readonly KnownEvent[]
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
    sealedCompressionLevel: 1,
    groupCommitMillis: 0,
  })
  await setPolicies(place, drawPolicies(dice))
  const yard = new Yard(place, batchesOf(events, dice), dice)
  await yard.bringInto(state)
  return { state, place, events: knownEvents(events) }
}

function drawPolicies(dice: Dice): Policy[] {
  const sizes = {
    bucketSizeBytes: dice.pick([3_000, 20_000, 1_000_000]),
    frameSizeBytes: dice.pick([700, 4_000, 30_000]),
  }
  const all: Policy = { ...logPolicy, ...sizes }
  const small: Policy = { ...all, pattern: 'user/**', frameSizeBytes: 700 }
  const web: Policy = { ...all, pattern: 'web*/**', bucketSizeBytes: 5_000 }
  return dice.pick([[all], [small, all], [web, small, all]])
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
  readonly #dice: Dice
  readonly #damaged = new Set<string>()

  constructor(place: TestPlace, batches: TestEvent[][], dice: Dice) {
    this.#place = place
    this.#waiting = batches
    this.#dice = dice
  }

  async bringInto(state: State): Promise<void> {
    switch (state) {
      case 'tail':
        break
      case 'folded':
        await this.#append(1)
        await this.#fold()
        break
      case 'folded and tail':
        await this.#append(0.4)
        await this.#fold()
        await this.#append(0.5)
        await this.#fold()
        break
      case 'compacted':
        await this.#foldInParts()
        await this.#append(1)
        await this.#fold()
        await this.#compact()
        break
      case 'compacted, folded and tail':
        await this.#foldInParts()
        await this.#compact()
        await this.#append(0.5)
        await this.#fold()
        break
      case 'rolled up':
        await this.#foldInParts()
        await this.#append(1)
        await this.#fold()
        this.#place.clock.advance(this.#dice.pick([0, oneYear, 2 * oneYear]))
        await this.#rollUp()
        break
      case 'rolled up, compacted, folded and tail':
        await this.#foldInParts()
        this.#place.clock.advance(this.#dice.pick([0, oneYear, 2 * oneYear]))
        await this.#compact()
        await this.#rollUp()
        await this.#append(0.3)
        await this.#fold()
        await this.#compact()
        await this.#append(0.3)
        await this.#fold()
        break
      case 'worked off late':
        await this.#foldInParts()
        await this.#append(0.5)
        this.#place.clock.advance(2 * oneYear)
        await this.#work()
        await this.#append(1)
        await this.#work()
        break
      case 'any mix later':
        this.#place.clock.advance(oneYear)
        for (let step = 0; step < 16; step++) await this.#anyStep()
        break
      case 'worked off':
        await this.#append(1)
        await this.#work()
        break
      case 'any mix':
        for (let step = 0; step < 12; step++) await this.#anyStep()
    }
    await this.#append(1)
  }

  async #append(share: number): Promise<void> {
    for (const events of this.#waiting.splice(0, Math.ceil(this.#waiting.length * share))) {
      this.#place.clock.advance(1)
      await appendBatch(this.#place, events.map(givenLine))
    }
  }

  async #foldInParts(): Promise<void> {
    for (let part = 0; part < 3; part++) {
      await this.#append(0.3)
      await this.#fold()
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

  async #anyStep(): Promise<void> {
    await this.#dice.pick([
      () => this.#append(0.3),
      () => this.#append(0.2),
      () => fold(this.#place, this.#damaged),
      () => this.#fold(),
      () => compact(this.#place, this.#damaged),
      () => rollUp(this.#place, this.#damaged),
      () => this.#rollUp(),
      () => collectGarbage(this.#place),
      () => sweepTail(this.#place),
      () => moveAbsorbed(this.#place),
      () => raiseFloor(this.#place),
      () => this.#work(),
      async () => this.#place.clock.advance(this.#dice.pick([1e3, 3600e3, 20 * 24 * 3600e3])),
    ])()
  }
}

function givenLine({ time, stream, id, rest }: TestEvent): string {
  const own = id === undefined ? '' : `,"@id":${JSON.stringify(id)}`
  return `{"@time":"${formatTime(time)}","@stream":"${stream}"${own}${rest ? `,${rest}` : ''}}`
}
