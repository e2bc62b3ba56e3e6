import fc from 'fast-check'

/**
 * JSON text in any spelling: escapes where none are needed, spaces, odd numbers, lone surrogates.
 */

export const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 })

const numbers = fc.oneof(
  fc.constantFrom('0', '-0', '-0.0', '1e400', '1E+2', '0.10', '123456789012345678901234567890'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
)

/** One code unit of a string: as it is, or escaped in one of its ways. */
const unit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'ab@/time_0:,{}[] ', '"', '\\', 'é', '€', '😀') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\t', '\u0000', '\u2028', '\u007f') },
  { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude00', '\ud800') },
)

function escaped(text: string, upper: boolean): string {
  return text
    .split('')
    .map(each => {
      const hex = each.charCodeAt(0).toString(16).padStart(4, '0')
      return `\\u${upper ? hex.toUpperCase() : hex}`
    })
    .join('')
}

function spelling(units: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const spelledUnit = fc.tuple(units, fc.nat(5)).map(([text, way]) => {
    const short = JSON.stringify(text).slice(1, -1)
    if (way === 0) return escaped(text, false)
    if (way === 1) return escaped(text, true)
    return text === '/' && way === 2 ? '\\/' : short
  })
  return fc.array(spelledUnit, { maxLength: 8 }).map(parts => `"${parts.join('')}"`)
}

const spelledString = spelling(unit)

/**
 * Without backslashes: having seen `{"b":1,"\\":2}`, JSON.parse of Node 24.21 takes the name in
 * `{"b":1,"\u0061":1}` for a backslash, and would be no oracle.
 */
const spelledName = spelling(unit.filter(text => text !== '\\'))

/** The JSON string of this very text, with some of its characters escaped. */
export function spellingOf(text: string): fc.Arbitrary<string> {
  return fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map(flags => {
    const parts = text.split('').map((each, i) => {
      return flags[i] ? escaped(each, i % 2 === 0) : JSON.stringify(each).slice(1, -1)
    })
    return `"${parts.join('')}"`
  })
}

export const jsonValue: fc.Arbitrary<string> = fc.letrec<{ value: string; leaf: string }>(tie => ({
  leaf: fc.oneof(numbers, spelledString, fc.constantFrom('true', 'false', 'null')),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(space, fc.array(tie('value'), { maxLength: 3 }))
      .map(([gap, values]) => `[${gap}${values.join(`${gap},`)}${gap}]`),
    fc
      .tuple(space, fc.array(fc.tuple(spelledName, tie('value')), { maxLength: 3 }))
      .map(([gap, members]) => {
        return `{${gap}${members.map(([n, v]) => `${n}${gap}:${v}`).join(`,${gap}`)}${gap}}`
      }),
  ),
})).value

/** A member of an object as it is spelled. */
export interface SpelledMember {
  readonly name: string
  readonly nameText: string
  readonly valueText: string
}

const ordinaryNames = [
  'a',
  'b',
  'tim',
  'times',
  '@tim',
  '@ids',
  '',
  '__proto__',
  'constructor',
  'é',
]

export const ordinaryMember: fc.Arbitrary<SpelledMember> = fc
  .tuple(fc.constantFrom(...ordinaryNames), jsonValue)
  .chain(([name, valueText]) => spellingOf(name).map(nameText => ({ name, nameText, valueText })))

/** A member of this name with one of these values. */
export function memberNamed(name: string, values: readonly string[]): fc.Arbitrary<SpelledMember> {
  return fc
    .tuple(spellingOf(name), fc.constantFrom(...values))
    .map(([nameText, valueText]) => ({ name, nameText, valueText }))
}

/** An object of these members, with this gap around every token. */
export function objectText(members: readonly SpelledMember[], gap: string): string {
  const texts = members.map(each => `${each.nameText}${gap}:${gap}${each.valueText}`)
  return `{${gap}${texts.join(`${gap},${gap}`)}${gap}}`
}
