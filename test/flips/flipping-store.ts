import type { GetOptions, Store, StoredObject } from '../../lib/store/store.ts'
import type { Dice } from '../oracle/dice.ts'

/**
 * How bytes are flipped: one bit of some answers, on their way; or a bit of an object where it
 * lies, so that every answer shows it.
 */
export type Flipping =
  | { readonly kind: 'never' }
  | { readonly kind: 'some'; readonly chance: number }
  | { readonly kind: 'lying'; readonly key: string; readonly bit: number }

/** A store whose answers have flipped bits as long as it is told so. */
export class FlippingStore implements Store {
  readonly url: string
  readonly #store: Store
  readonly #dice: Dice
  flipping: Flipping = { kind: 'never' }
  /** Answers so far, and those that were not what is stored. */
  answers = 0
  flips = 0

  constructor(store: Store, dice: Dice) {
    this.url = store.url
    this.#store = store
    this.#dice = dice
  }

  async get(key: string, options?: GetOptions): Promise<StoredObject | undefined> {
    const object = await this.#store.get(key, options)
    return object && this.#flipped(key, object, options)
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    const object = await this.#store.getIfChanged(key, etag)
    return typeof object === 'object' ? this.#flipped(key, object) : object
  }

  #flipped(key: string, object: StoredObject, options?: GetOptions): StoredObject {
    this.answers++
    const bit = this.#bitOf(key, object, startOf(object, options))
    if (bit === undefined) return object
    this.flips++
    const bytes = Buffer.from(object.bytes)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    return { ...object, bytes }
  }

  /** Which bit of the answer is another; `undefined`: none. */
  #bitOf(key: string, { bytes }: StoredObject, startByte: number): number | undefined {
    const { flipping } = this
    if (flipping.kind === 'never' || bytes.length === 0) return undefined
    if (flipping.kind === 'some') {
      return this.#dice.chance(flipping.chance) ? this.#dice.below(8 * bytes.length) : undefined
    }
    const bit = flipping.bit - 8 * startByte
    return flipping.key === key && bit >= 0 && bit < 8 * bytes.length ? bit : undefined
  }

  create: Store['create'] = (...given) => this.#store.create(...given)
  replace: Store['replace'] = (...given) => this.#store.replace(...given)
  list: Store['list'] = (...given) => this.#store.list(...given)
  delete: Store['delete'] = (...given) => this.#store.delete(...given)
}

function startOf({ sizeBytes }: StoredObject, { range }: GetOptions = {}): number {
  if (!range) return 0
  return 'start' in range ? range.start : Math.max(0, sizeBytes - range.suffixBytes)
}
