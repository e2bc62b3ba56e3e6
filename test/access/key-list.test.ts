import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialOf, hashOfKey, makeApiKey } from '../../lib/access/api-key.ts'
import { holdersOf, parseKeyList } from '../../lib/access/key-list.ts'
import { seededRandom } from '../../lib/core/random.ts'

const key = makeApiKey(seededRandom(1))
const entry = { name: 'web', hash: hashOfKey(key), scopes: ['ingest:web/', 'read'] }

test('a key has 256 bits, and what is kept of it is another text', () => {
  assert.match(key, /^varve_[A-Za-z0-9_-]{43}$/)
  assert.match(entry.hash, /^[A-Za-z0-9_-]{43}$/)
  assert.ok(!key.includes(entry.hash))
  assert.notEqual(makeApiKey(seededRandom(2)), key)
})

test('whoever gives a key of the list is who has it; its hash is no key', () => {
  const holderOf = holdersOf(parseKeyList(JSON.stringify([entry])))

  assert.deepEqual(holderOf(key), {
    name: 'web',
    countedAs: 'web',
    scopes: [
      { action: 'ingest', prefix: 'web/' },
      { action: 'read', prefix: '' },
    ],
  })
  assert.equal(holderOf(entry.hash), undefined)
  assert.equal(holderOf(`${key}x`), undefined)
})

const faults: readonly (readonly [list: unknown, message: RegExp])[] = [
  [{}, /no array/],
  [[null], /key 0 of the list: name is undefined/],
  [[{ ...entry, name: 'a b' }], /name is "a b"/],
  [[entry, { ...entry, name: 'x', hash: 'short' }], /key 1 of the list: hash is no SHA-256/],
  [[{ ...entry, scopes: [] }], /at least one/],
  [[{ ...entry, scopes: ['write'] }], /"write" is no scope, expected ingest, read, admin/],
  [[{ ...entry, scopes: ['admin:web/'] }], /"admin:web\/" is no scope/],
  [[{ ...entry, scopes: ['read:web/*'] }], /is no scope/],
  [[{ ...entry, key }], /key is unknown/],
  [[entry, entry], /two keys are named web/],
]
for (const [list, message] of faults) {
  test(`a list of keys is refused with /${message.source}/`, () => {
    assert.throws(() => parseKeyList(JSON.stringify(list)), message)
  })
}

test('what is no JSON is no list of keys', () => {
  assert.throws(() => parseKeyList('nonsense'), /no JSON/)
})

const headers: readonly (readonly [name: string, value: string, found: string | undefined])[] = [
  ['authorization', 'Bearer k', 'k'],
  ['authorization', 'bearer k', 'k'],
  ['authorization', 'ApiKey k', 'k'],
  ['authorization', 'Splunk k', 'k'],
  ['authorization', `Basic ${Buffer.from('who:k:1').toString('base64')}`, 'k:1'],
  ['authorization', `Basic ${Buffer.from('who').toString('base64')}`, undefined],
  ['authorization', 'AWS4-HMAC-SHA256 Credential=x', undefined],
  ['authorization', 'Bearer', undefined],
  ['x-api-key', 'k', 'k'],
  ['x-api-key', '', undefined],
]
for (const [name, value, found] of headers) {
  test(`the key in ${name}: ${value} is ${found}`, () => {
    assert.equal(
      credentialOf(asked => (asked === name ? value : undefined)),
      found,
    )
  })
}
