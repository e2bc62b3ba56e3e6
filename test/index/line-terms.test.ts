import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { termFrom, termOf } from '../../lib/index/term-hash.ts'
import { foldCharacter, wordCharacter } from '../../lib/query/fold.ts'

/** The members of an event and the texts of its terms, all of them. */
const examples: readonly (readonly [members: string, terms: string])[] = [
  ['"m":"Invalid user a_b from"', 'invalid user a_b from'],
  ['"error":{"Code":["X",{"y":"z"}]},"a":[]', 'x z'],
  ['"a":null,"b":true,"c":[false,null,{}]', 'true false'],
  ['"@id":"4711-a","@time":"x"', '4711 a x'],
  ['"m":"a\\nb\\"c\\\\d\\/e"', 'a b c d e'],
  ['"m":"\\u0041b\\u0020c"', 'ab c'],
  ['"m":"Ärger ΣΑΣ 中文 x😀y"', 'ärger σασ 中文 x y'],
  ['"m":"ΟΔΟς ſ İ"', 'οδοσ ſ İ'],
  [`"n":1${'0'.repeat(40)}`, `1${'0'.repeat(40)} #1e41`],
  ['"n":-12,"m":12.5,"k":1e0', '12 5 1e0 1'],
  ['"n":200.0,"m":0.010', '200 0 010 01'],
  ['"n":1e400,"m":"1e400"', '1e400 #1e401'],
  ['"ip":"10.1.2.3"', '10 1 2 3 10.1.2.3 10. 10.1. 10.1.2.'],
  ['"v":"1.2.3.45 v1.2"', '1 2 3 45 v1 1.2.3.45 1. 1.2. 1.2.3.'],
  ['"v":"1.2.3..4 1.2.3.4567"', '1 2 3 4 4567'],
  ['"v":"1.2.3.4.5"', '1 2 3 4 5 1.2.3.4 1. 1.2. 1.2.3. 2.3.4.5 2. 2.3. 2.3.4.'],
  ['"ip":"[2001:DB8::1]"', '2001 db8 1 2001:db8:0:0:0:0:0:1 2001:db8: 2001:db8:0: 2001:db8:0:0:'],
  ['"m":"\\n2001:db8::1 "', '2001 db8 1 2001:db8:0:0:0:0:0:1 2001:db8: 2001:db8:0: 2001:db8:0:0:'],
  ['"ip":"::ffff:a01:203"', 'ffff a01 203 10.1.2.3 10. 10.1. 10.1.2.'],
  ['"arn":"arn:aws:iam::123:user"', 'arn aws iam 123 user'],
  ['"t":"2025-01-29T12:30:05Z"', '2025 01 29t12 30 05z'],
  ['"id":"0F1E2D3C-4b5a-4321-beef-0123456789ab"', '0f1e2d3c - 4321 beef 0123456789ab'],
  ['"id":"0f1e2d3c-4b5a-4321-beef-0123456789a"', '0f1e2d3c 4b5a 4321 beef 0123456789a'],
]

for (const [members, expected] of examples) {
  test(`the terms of {${members}} are ${expected}, and that of the stream`, () => {
    const line = `{"@time":1737849605000000,"@stream":"foo/bar-1",${members}}\n`
    const found = new Set<number>()
    new FrameTerms().read(Buffer.from(line)).forEach((high, low) => {
      found.add(termFrom(high, low))
    })

    assert.ok(found.delete(termOf('@stream=foo/bar-1')))
    const missing = expected.split(' ').filter(text => !found.delete(termOf(text)))
    assert.deepEqual({ missing, others: found.size }, { missing: [], others: 0 })
  })
}

test('the terms of a frame are those of all of its lines and of no frame before', () => {
  const frames = new FrameTerms()
  const lines = Array.from({ length: 9000 }, (_, i) => `{"@time":${i},"@stream":"s","n":${i}}\n`)
  frames.read(Buffer.from(lines.join('')))
  assert.equal(frames.terms.size, 9001)
  assert.ok(frames.terms.has(termOf('8999')))

  frames.read(Buffer.from(lines.slice(0, 2).join('')))
  assert.equal(frames.terms.size, 3)
  assert.ok(!frames.terms.has(termOf('8999')))
})

test('folding makes no word character of another, nor another of one', () => {
  // Else the words of a folded text would not be the folded words of the text.
  for (let code = 0; code < 0x110000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const character = String.fromCodePoint(code)
    const folded = foldCharacter(character)
    if (folded !== character) {
      assert.equal(wordCharacter.test(character), wordCharacter.test(folded), code.toString(16))
      assert.equal([...folded].length, 1)
    }
  }
})
