import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isGlob, matchesGlob } from '../../lib/core/glob.ts'

const table: readonly (readonly [glob: string, matching: string[], others: string[]])[] = [
  ['web', ['web'], ['web/eu', 'we', 'webs', '']],
  ['web/*', ['web/eu', 'web/'], ['web', 'web/eu/1', 'xweb/eu']],
  ['web/**', ['web/eu', 'web/eu/1'], ['web', 'webb/eu']],
  ['**', ['', 'a', 'a/b/c'], []],
  ['***', ['a/b'], []],
  ['*', ['', 'abc'], ['a/b']],
  ['*/eu', ['web/eu', '/eu'], ['a/b/eu', 'eu']],
  ['**/eu', ['web/eu', 'a/b/eu'], ['eu']],
  ['a*c/**d', ['abc/d', 'ac/x/yd'], ['a/c/d', 'abc/']],
  ['user/?', ['user/1'], ['user/', 'user/12', 'user//']],
  ['?', ['a'], ['/', 'ab', '']],
  ['a.b+c', ['a.b+c'], ['axb+c', 'a.bbc']],
  ['[a](b)^$|\\', ['[a](b)^$|\\'], ['a']],
]

test('stars and question marks stand for what they say, all else for itself', () => {
  for (const [glob, matching, others] of table) {
    for (const name of matching) assert.ok(matchesGlob(name, glob), `${glob} matches ${name}`)
    for (const name of others) assert.ok(!matchesGlob(name, glob), `${glob} matches not ${name}`)
  }
})

test('only a text with a star or a question mark is a glob', () => {
  for (const text of ['*', 'a?', 'web/**']) assert.ok(isGlob(text))
  for (const text of ['', 'web/eu', '[a]']) assert.ok(!isGlob(text))
})

/** By definition, one character after another; exponential. */
function matchesNaively(name: string, glob: string): boolean {
  if (glob === '') return name === ''
  const star = /^\*+/.exec(glob)?.[0]
  if (star) {
    const rest = glob.slice(star.length)
    if (matchesNaively(name, rest)) return true
    if (name === '' || (star === '*' && name[0] === '/')) return false
    return matchesNaively(name.slice(1), glob)
  }
  if (name === '' || (glob[0] === '?' ? name[0] === '/' : name[0] !== glob[0])) return false
  return matchesNaively(name.slice(1), glob.slice(1))
}

test('a glob matches exactly what its definition says', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 })
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(name, glob, (name, glob) => {
      assert.equal(matchesGlob(name, glob), matchesNaively(name, glob))
    }),
    { numRuns: 3000 },
  )
})

test('a glob made to be slow is as fast as any other', () => {
  const name = 'a'.repeat(200)
  for (const glob of ['*a*a*a*a*a*a*b', `${'*a'.repeat(60)}b`, `${'**a*'.repeat(50)}b`]) {
    for (let i = 0; i < 20; i++) assert.equal(matchesGlob(name, glob), false)
    assert.equal(matchesGlob(`${name}b`, glob), true)
  }
})
