import type { Dice } from '../../oracle/dice.ts'
import { naughtyTexts } from './naughty-texts.ts'

type Parent = unknown[] | Record<string, unknown>

interface Spot {
  readonly parent: Parent
  readonly name: string
}

/** Values that no count, size, position, time, key or list should be. */
const odd: readonly unknown[] = [
  ...[0, -1, 1, 0.5, -0, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, 1e300, -1e300],
  ...[null, true, false, '', 'x', [], {}, [[]], [null], { length: 1e9 }, '__proto__', 'catalog'],
]

/** A copy of the JSON value with a few of its members and elements made wrong. */
export function mutateJson<T>(value: T, dice: Dice): T {
  const holder: Record<string, unknown> = { value: structuredClone(value) }
  for (let left = dice.pick([1, 1, 1, 2, 4]); left > 0; left--) {
    const spots = spotsOf(holder)
    if (spots.length === 0) break
    mutateAt(dice.pick(spots), spots, dice)
  }
  return ('value' in holder ? holder.value : null) as T
}

/** Every place in it where a value stands. */
function spotsOf(holder: Parent): Spot[] {
  const spots: Spot[] = []
  const visit = (parent: Parent) => {
    for (const name of Object.keys(parent)) {
      spots.push({ parent, name })
      const child = (parent as Record<string, unknown>)[name]
      if (typeof child === 'object' && child !== null) visit(child as Parent)
    }
  }
  visit(holder)
  return spots
}

function mutateAt({ parent, name }: Spot, spots: readonly Spot[], dice: Dice): void {
  const members = parent as Record<string, unknown>
  const present = members[name]
  const other = dice.pick(spots)
  const set = dice.weighted<() => unknown>([
    [5, () => structuredClone(dice.pick(odd))],
    [4, () => nudged(present, dice)],
    [2, () => dice.pick(naughtyTexts)],
    [2, () => structuredClone((other.parent as Record<string, unknown>)[other.name])],
    [2, () => (Array.isArray(present) ? rearranged(present, dice) : null)],
  ])
  if (dice.chance(0.1)) delete members[name]
  else members[name] = set()
}

function nudged(value: unknown, dice: Dice): unknown {
  if (typeof value === 'number') {
    return dice.pick([value + 1, value - 1, -value, value * 2, value * 1e6, value + 0.5])
  }
  if (typeof value !== 'string') return value
  const at = dice.below(value.length + 1)
  return dice.pick([value.slice(0, at), value + value, `${value.slice(0, at)}/${value.slice(at)}`])
}

function rearranged(items: readonly unknown[], dice: Dice): unknown[] {
  return dice.pick([
    () => [...items, ...items],
    () => items.toReversed(),
    () => items.slice(1),
    () => [...items, structuredClone(dice.pick(odd))],
  ])()
}
