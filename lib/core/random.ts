import { getRandomValues } from 'node:crypto'

/**
 * Chance as the engine sees it. The simulation brings its own, so that a history can be replayed.
 */
export interface Random {
  bytes(count: number): Uint8Array
}

export const systemRandom: Random = {
  bytes: count => getRandomValues(new Uint8Array(count)),
}

/** A repeatable source for tests, benchmarks and the simulation: mulberry32. */
export function seededRandom(seed: number): Random & { next(): number } {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return { next, bytes: count => Uint8Array.from({ length: count }, () => next() * 256) }
}

/** A number in [0, 1) from any source of chance. */
export function fraction(random: Random): number {
  const [a, b, c, d] = random.bytes(4) as unknown as [number, number, number, number]
  return ((a << 24) | (b << 16) | (c << 8) | d) / 4294967296 + 0.5
}
