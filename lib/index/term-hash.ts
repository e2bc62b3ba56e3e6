/**
 * A term as the index knows it: 52 bits of hash of its text (docs/format.md, section 9), 32 of them
 * `high` and 20 `low`. Every number is a possible term.
 */
export type Term = number

export const termBits = 52
export const lowBits = 20

/** Two lanes take in one character (code point) after the other. */
export const seedA = 0x243f6a88
export const seedB = 0x13198a2e
const multiplierA = 0x9e3779b1 | 0
const multiplierB = 0x85ebca77 | 0

export function nextA(a: number, character: number): number {
  return Math.imul(a ^ character, multiplierA)
}

/** Rotated, so that the low bits of the lanes do not run in step. */
export function nextB(b: number, character: number): number {
  return Math.imul(((b << 5) | (b >>> 27)) ^ character, multiplierB)
}

/** The term's first 32 bits, as a signed integer. */
export function highOf(a: number, b: number): number {
  return mix(a ^ Math.imul(b, 0xc2b2ae3d))
}

/** The term's last 20 bits. */
export function lowOf(b: number, high: number): number {
  return mix(b ^ high) >>> (32 - lowBits)
}

/** A bijection, so no lane's bits are lost. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16)
  mixed = Math.imul(mixed, 0x7feb352d)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x846ca68b)
  return mixed ^ (mixed >>> 16)
}

export function termFrom(high: number, low: number): Term {
  return (high >>> 0) * 2 ** lowBits + low
}

/** The term of a text that is folded already. */
export function termOf(text: string): Term {
  let a = seedA
  let b = seedB
  for (const character of text) {
    const code = character.codePointAt(0)!
    a = nextA(a, code)
    b = nextB(b, code)
  }
  const high = highOf(a, b)
  return termFrom(high, lowOf(b, high))
}
