import type { Dice } from '../../oracle/dice.ts'
import { naughtyTexts } from './naughty-texts.ts'

/** The text with a few changes; `tokens` are what its language is made of. */
export function mutateText(text: string, dice: Dice, tokens: readonly string[]): string {
  let changed = text
  for (let left = dice.pick([1, 1, 2, 3, 6]); left > 0; left--) {
    const start = dice.below(changed.length + 1)
    const end = start + dice.below(1 + Math.min(12, changed.length - start))
    const piece = dice.weighted<() => string>([
      [5, () => dice.pick(tokens)],
      [3, () => dice.pick(naughtyTexts)],
      [3, () => ''],
      [1, () => changed.slice(start, end).repeat(1 + dice.below(4))],
      [1, () => String.fromCharCode(dice.below(dice.pick([128, 256, 65_536])))],
    ])()
    changed = changed.slice(0, start) + piece + changed.slice(dice.chance(0.5) ? end : start)
  }
  return changed
}
