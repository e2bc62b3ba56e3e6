import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { fold } from '../../lib/query/fold.ts'

const characters = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter(code => code < 0xd800 || code > 0xdfff)
  .map(code => String.fromCodePoint(code))

test('folding keeps one character one, and what is not ASCII stays so', () => {
  for (const character of characters) {
    const folded = fold(character)
    assert.equal([...folded].length, 1, character)
    assert.equal(fold(folded), folded, character)
    assert.equal(folded <= '\x7f', character <= '\x7f', character)
  }
})

test('a text is folded character by character, without regard to its neighbours', () => {
  assert.equal(fold('ΣΑΣ ς'), 'σασ σ')
  assert.equal(fold('STRAßE ẞ'), 'straße ß')
  assert.equal(fold('I\u0130\u0131 \u212a \ud800'), 'i\u0130\u0131 \u212a \ufffd')
})

test('a character that has two cases is never looked for by its bytes', () => {
  const cased = characters.filter(character => character > '\x7f' && fold(character) !== character)

  const texts = cased.map(character => fold(character)).filter(text => candidatesOf(text))
  assert.deepEqual(texts, [])
  assert.ok(cased.length > 1000)
  assert.ok(candidatesOf('中'))
})

function candidatesOf(text: string): unknown {
  const condition = { kind: 'text', pieces: [text], quoted: true } as const
  return compileFilter({ kind: 'match', field: undefined, condition, span: [0, 1] }).search
}
