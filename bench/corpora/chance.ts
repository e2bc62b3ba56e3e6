import { seededRandom } from '../../lib/core/random.ts'

/** Random digits are made so many at once: a piece of a long text costs next to nothing. */
const poolDigits = 2 ** 16
const octets = Array.from({ length: 256 }, (_, octet) => `${octet}`)

/** Repeatable chance in the forms that events need. */
export class Chance {
  /** A number in [0, 1). */
  readonly next: () => number
  #digits = ''
  #usedDigits = 0

  constructor(seed: number) {
    this.next = seededRandom(seed).next
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** Random hexadecimal digits. */
  hex(count: number): string {
    if (this.#usedDigits + count > this.#digits.length) this.#makeDigits()
    this.#usedDigits += count
    return this.#digits.slice(this.#usedDigits - count, this.#usedDigits)
  }

  #makeDigits(): void {
    const words = Uint32Array.from({ length: poolDigits / 8 }, () => this.next() * 2 ** 32)
    this.#digits = Buffer.from(words.buffer).toString('hex')
    this.#usedDigits = 0
  }

  /** A UUID of version 4. */
  uuid(): string {
    const variant = '89ab'[this.below(4)]
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`
  }

  /** A time to answer: mostly near the median, now and then many times it. */
  latency(median: number): number {
    const spread = this.next() + this.next() + this.next() - 1.5
    return median * Math.exp(1.6 * spread)
  }
}

/** Always the same for the same number, spread over 32 bits: names of users, addresses. */
export function scatter(value: number): number {
  let mixed = Math.imul(value ^ 0x5bd1e995, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

/** The IPv4 address of a client, by its number: outside of private and reserved blocks. */
export function addressOf(client: number): string {
  const bits = scatter(client)
  const first = octets[11 + ((bits >>> 24) % 110)]
  return `${first}.${octets[(bits >>> 16) & 255]}.${octets[(bits >>> 8) & 255]}.${octets[bits & 255]}`
}
