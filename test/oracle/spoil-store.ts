import { MemoryStore } from '../../lib/store/memory-store.ts'
import { listAll, type Store } from '../../lib/store/store.ts'
import type { TestPlace } from '../support/workplace.ts'
import type { Dice } from './dice.ts'

/** What no answer may depend on: it is made of other objects and can be made again. */
const indexes = /^index\//
/** Without one of these an answer may lack events, and says so. */
const objects = /^(index|manifests|buckets|tail|absorbed)\//

type Spoil = (bytes: Buffer, dice: Dice, others: readonly Buffer[]) => Buffer | undefined

export interface SpoiltStore {
  readonly store: Store
  /** Not only indexes were spoilt. */
  readonly isLossy: boolean
}

/** The same archive with some of its objects gone, cut, changed or exchanged. */
export async function spoilStore({ store, clock }: TestPlace, dice: Dice): Promise<SpoiltStore> {
  const copy = new MemoryStore(clock)
  const isLossy = dice.chance(0.3)
  const spoilable = isLossy ? objects : indexes
  const keys = (await Array.fromAsync(listAll(store, ''))).map(({ key }) => key)
  const whole = await Promise.all(keys.map(async key => (await store.get(key))!.bytes))
  const others = whole.filter((_, i) => spoilable.test(keys[i]!))
  const chance = dice.pick(isLossy ? [0.1, 0.3] : [0.2, 1])
  const spoil = dice.chance(0.5) ? dice.pick(spoils) : undefined
  for (const [i, key] of keys.entries()) {
    const isSpoilt = spoilable.test(key) && dice.chance(chance)
    const bytes = isSpoilt ? (spoil ?? dice.pick(spoils))(whole[i]!, dice, others) : whole[i]!
    // Nobody knows of a batch but its name: one that is gone was never there.
    if (bytes || key.startsWith('tail/')) await copy.create(key, bytes ?? whole[i]!)
  }
  return { store: copy, isLossy }
}

const spoils: readonly Spoil[] = [
  () => undefined,
  bytes => Buffer.alloc(bytes.length),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
  (bytes, dice) => bytes.subarray(dice.below(bytes.length)),
  (bytes, dice) => Buffer.concat([bytes, bytes.subarray(dice.below(bytes.length))]),
  (_, dice, others) => dice.pick(others),
  (bytes, dice) => flipped(bytes, 1, dice),
  (bytes, dice) => flipped(bytes, 1 + bytes.length / 50, dice),
  // Whole and in order, but the answer came from a place a little before.
  bytes => Buffer.concat([bytes.subarray(-1), bytes.subarray(0, -1)]),
]

function flipped(bytes: Buffer, count: number, dice: Dice): Buffer {
  const copy = Buffer.from(bytes)
  for (let i = 0; i < count; i++) copy[dice.below(copy.length)]! ^= 1 << dice.below(8)
  return copy
}
