import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutTo, plainText } from '../../../lib/cli/render/plain-text.ts'
import { anyText } from '../../support/any-text.ts'

test('an event can neither move the cursor, turn the text nor begin another line', () => {
  assert.equal(plainText('a\u001b[2Jb\nc\td\u202ee'), 'a\\u001b[2Jb\\nc d\\u202ee')
})

test('no text keeps a control character', () => {
  fc.assert(
    fc.property(anyText(), text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be gone
      assert.doesNotMatch(plainText(text), /[\u0000-\u001f\u007f-\u009f]/)
    }),
  )
})

test('text that is cut ends with an ellipsis and has the width asked for', () => {
  assert.equal(cutTo('abcdef', 4), 'abc…')
  assert.equal(cutTo('abcd', 4), 'abcd')
})
