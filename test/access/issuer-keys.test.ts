import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuerKeys } from '../../lib/access/issuer-keys.ts'
import { TestClock } from '../import/fake-archive.ts'

const about = 'https://issuer.example/pool/.well-known/openid-configuration'
const keysAt = 'https://issuer.example/keys'

function issuerWorld() {
  const clock = new TestClock('2026-11-20T12:00:00Z')
  const asked: string[] = []
  const issuer = { kids: ['a'], fails: false, jwks_uri: keysAt }
  const keys = new IssuerKeys('https://issuer.example/pool/', clock, async url => {
    asked.push(url)
    if (issuer.fails) throw new Error('no route')
    if (url === about) return { jwks_uri: issuer.jwks_uri }
    return { keys: issuer.kids.map(kid => ({ kid })) }
  })
  return { clock, asked, issuer, keys }
}

test('an issuer is asked once for the keys of many requests', async () => {
  const { keys, asked } = issuerWorld()

  const found = await Promise.all([keys.find('a'), keys.find('a')])
  await keys.find('a')

  assert.deepEqual(found, [{ kid: 'a' }, { kid: 'a' }])
  assert.deepEqual(asked, [about, keysAt])
})

test('a new key is found, and an issuer is not asked for each that is made up', async () => {
  const { keys, asked, issuer, clock } = issuerWorld()
  await keys.find('a')
  issuer.kids = ['a', 'b']

  assert.equal(await keys.find('b'), undefined)
  await clock.sleep(31_000)
  assert.deepEqual(await keys.find('b'), { kid: 'b' })
  for (let n = 0; n < 10; n++) assert.equal(await keys.find(`made-up-${n}`), undefined)
  assert.equal(asked.length, 4)
})

test('a key that is withdrawn counts ten minutes', async () => {
  const { keys, issuer, clock } = issuerWorld()
  await keys.find('a')
  issuer.kids = []

  await clock.sleep(590_000)
  assert.ok(await keys.find('a'))
  await clock.sleep(20_000)
  assert.equal(await keys.find('a'), undefined)
})

test('while an issuer is away, its keys count an hour, then tokens have to wait', async () => {
  const { keys, issuer, clock } = issuerWorld()
  await keys.find('a')
  issuer.fails = true

  await clock.sleep(3_500_000)
  assert.ok(await keys.find('a'))
  await clock.sleep(200_000)
  await assert.rejects(keys.find('a'), { code: 'unavailable', message: /keys of https:.*no route/ })
  issuer.fails = false
  await clock.sleep(5_000)
  assert.ok(await keys.find('a'))
})

test('keys are asked for where nobody can change them on the way', async () => {
  const { keys, issuer } = issuerWorld()
  issuer.jwks_uri = 'http://issuer.example/keys'

  await assert.rejects(keys.find('a'), /names no jwks_uri with https/)
})
