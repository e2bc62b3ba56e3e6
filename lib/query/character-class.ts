import { foldCharacter, wordCharacter } from './fold.ts'

/** Whether a folded character belongs to a class. */
export type CharacterTest = (folded: string) => boolean

const digit: CharacterTest = folded => folded >= '0' && folded <= '9'
const word: CharacterTest = folded => wordCharacter.test(folded)
const space: CharacterTest = folded => /^\s/.test(folded)

/** The classes and characters that have a letter. */
export const namedClasses: Readonly<Record<string, CharacterTest>> = {
  d: digit,
  w: word,
  s: space,
  D: folded => !digit(folded),
  W: folded => !word(folded),
  S: folded => !space(folded),
  n: oneOf('\n'),
  t: oneOf('\t'),
  r: oneOf('\r'),
}

/** This character in either case. */
export function oneOf(character: string): CharacterTest {
  const wanted = foldCharacter(character)
  return folded => folded === wanted
}

/** Every character from `low` to `high`, by code point, in either case. */
export function between(low: string, high: string): CharacterTest {
  const [lowest, highest] = [low.codePointAt(0)!, high.codePointAt(0)!]
  const isBetween = (text: string) => {
    const code = text.codePointAt(0)!
    return code >= lowest && code <= highest
  }
  return folded => isBetween(folded) || isBetween(folded.toUpperCase())
}

/** Any of the members, or none of them. */
export function classOf(members: readonly CharacterTest[], isNegated: boolean): CharacterTest {
  return folded => members.some(member => member(folded)) !== isNegated
}
