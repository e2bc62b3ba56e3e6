import { seededRandom } from '../../lib/core/random.ts'

/** Chance of one actor of a history. */
export class Dice {
  readonly #next: () => number

  constructor(seed: number) {
    const random = seededRandom(seed)
    this.#next = () => random.next()
  }

  /** A whole number from 0 on. */
  below(end: number): number {
    return Math.floor(this.#next() * end)
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** Another order of the same items. */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    return items.map(() => left.splice(this.below(left.length), 1)[0]!)
  }
}
