import { seededRandom } from '../../lib/core/random.ts'

/** Four hexadecimal digits of each number below 65,536. */
const hexDigits = Array.from({ length: 65536 }, (_, value) => value.toString(16).padStart(4, '0'))

/** Repeatable chance in the forms that events need. */
export class Chance {
  /** A number in [0, 1). */
  readonly next: () => number

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

  /** Four times this many random hexadecimal digits. */
  hex(quads: number): string {
    let digits = ''
    for (let i = 0; i < quads; i++) digits += hexDigits[this.below(65536)]
    return digits
  }

  /** A UUID of version 4. */
  uuid(): string {
    const middle = hexDigits[0x4000 + this.below(0x1000)]
    const variant = hexDigits[0x8000 + this.below(0x4000)]
    return `${this.hex(2)}-${this.hex(1)}-${middle}-${variant}-${this.hex(3)}`
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
  return `${11 + ((bits >>> 24) % 110)}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`
}
