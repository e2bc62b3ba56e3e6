import type { Chance } from './chance.ts'

/**
 * Draws of [0, count) where item i is (i + 1)^-exponent as frequent as the first: users, paths and
 * addresses as they come in life. Walker's alias method: two numbers of chance a draw.
 */
export function zipf(chance: Chance, count: number, exponent: number): () => number {
  const weights = Float64Array.from({ length: count }, (_, i) => (i + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const kept = weights.map(weight => (weight * count) / total)
  const alias = new Uint32Array(count)
  const small: number[] = []
  const large: number[] = []
  kept.forEach((share, item) => {
    if (share < 1) small.push(item)
    else large.push(item)
  })
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!
    const rich = large.at(-1)!
    alias[poor] = rich
    kept[rich]! -= 1 - kept[poor]!
    if (kept[rich]! < 1) small.push(large.pop()!)
  }
  for (const item of [...small, ...large]) kept[item] = 1
  return () => {
    const item = chance.below(count)
    return chance.next() < kept[item]! ? item : alias[item]!
  }
}
