import fc from 'fast-check'

/**
 * Text of any code points but surrogates. The arbitrary of fast-check for it maps every one of them
 * when it is made, which takes a second.
 */
export function anyText(maxLength = 10): fc.Arbitrary<string> {
  const codePoint = fc.oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  return fc.array(codePoint, { maxLength }).map(points => String.fromCodePoint(...points))
}
