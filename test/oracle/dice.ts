import { seededRandom } from '../../lib/core/random.ts'

/** Chance that can be replayed, in the words of one who draws. */
export class Dice {
  readonly #random: { next(): number }

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** In [0, 1). */
  next(): number {
    return this.#random.next()
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** One of the choices, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, choice] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    return choices.at(-1)![1]
  }

  shuffled<T>(items: readonly T[]): T[] {
    const all = [...items]
    for (let i = all.length - 1; i > 0; i--) {
      const other = this.below(i + 1)
      const swapped = all[i]!
      all[i] = all[other]!
      all[other] = swapped
    }
    return all
  }
}
