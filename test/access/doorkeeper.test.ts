import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { holderOfCredential } from '../../lib/access/doorkeeper.ts'
import type { PublishedKey } from '../../lib/access/json-web-token.ts'
import { TestClock } from '../import/fake-archive.ts'
import { claims, curve, nowSeconds, otherCurve, rsa, tokenOf, weak } from './token-maker.ts'

const issuer = { issuer: claims.iss, audience: ['varve', 'console'], scopePrefix: 'varve/' }
const pairs = [rsa, weak, curve, otherCurve]
const clock = new TestClock(new Date(nowSeconds * 1000).toISOString())

function holderOf(
  credential: string,
  published: readonly PublishedKey[] = pairs.map(p => p.published),
) {
  const keys = { find: async (kid: string) => published.find(key => key.kid === kid) }
  const holder = { name: 'shipper', countedAs: 'shipper', scopes: [] }
  return holderOfCredential(
    { clock, holderOf: key => (key === 'k' ? holder : undefined), tokens: { issuer, keys } },
    credential,
  )
}

describe('a token', () => {
  for (const pair of [rsa, curve]) {
    test(`signed with ${pair.alg} names its holder and what they may do`, async () => {
      assert.deepEqual(await holderOf(tokenOf(pair)), {
        name: 'somebody',
        countedAs: '*',
        scopes: [
          { action: 'read', prefix: '' },
          { action: 'ingest', prefix: 'web/' },
        ],
      })
    })
  }

  test('may have a list of scopes, several audiences, or a client in place of these', async () => {
    const listed = tokenOf(rsa, { scope: undefined, scp: ['varve/admin', 'mail'] })
    const several = tokenOf(rsa, { aud: ['other', 'console'] })
    const client = tokenOf(rsa, { aud: undefined, client_id: 'varve', sub: undefined })

    const scopes = [{ action: 'admin', prefix: '' }]
    assert.deepEqual(await holderOf(listed), { name: 'somebody', countedAs: '*', scopes })
    assert.equal(typeof (await holderOf(several)), 'object')
    assert.equal(((await holderOf(client)) as { name: string }).name, 'varve')
  })

  const tampered = (token: string, part: number, change: (text: string) => string) =>
    token
      .split('.')
      .map((text, at) => (at === part ? change(text) : text))
      .join('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const withSecret = () => {
    const { published } = rsa
    const signed = `${encode({ alg: 'HS256', kid: 'rsa-1' })}.${encode(claims)}`
    return `${signed}.${createHmac('sha256', published.n!).update(signed).digest('base64url')}`
  }
  const refused: readonly (readonly [what: string, token: string, why: RegExp])[] = [
    ['of another issuer', tokenOf(rsa, { iss: 'https://other.example' }), /another issuer/],
    ['whose issuer is nearly right', tokenOf(rsa, { iss: `${claims.iss}/` }), /another issuer/],
    ['for another audience', tokenOf(rsa, { aud: 'mail' }), /another audience/],
    ['for nobody', tokenOf(rsa, { aud: undefined }), /another audience/],
    ['that has expired', tokenOf(rsa, { exp: nowSeconds - 61 }), /has expired/],
    ['that never expires', tokenOf(rsa, { exp: undefined }), /never expires/],
    ['with a text for a time', tokenOf(rsa, { exp: '9999999999' }), /never expires/],
    ['that is not valid yet', tokenOf(rsa, { nbf: nowSeconds + 61 }), /not valid yet/],
    ['of an unknown key', tokenOf({ ...rsa, kid: 'none' }), /signature/],
    ['of a weak key', tokenOf(weak), /signature/],
    ['of another curve', tokenOf(otherCurve), /signature/],
    ['whose key is for another algorithm', tokenOf({ ...curve, kid: 'rsa-1' }), /signature/],
    [
      'with changed claims',
      tampered(tokenOf(rsa), 1, () => encode({ ...claims, sub: 'x' })),
      /signature/,
    ],
    [
      'with a changed signature',
      tampered(tokenOf(curve), 2, text => `A${text.slice(1)}B`),
      /signature/,
    ],
    [
      'without a signature',
      `${encode({ alg: 'none', kid: 'rsa-1' })}.${encode(claims)}.`,
      /not known/,
    ],
    ['signed with the public key as a secret', withSecret(), /not known/],
    ['with what must be understood', tokenOf(rsa, {}, { crit: ['b64'], b64: false }), /not known/],
    ['without the name of its key', tokenOf(rsa, {}, { kid: undefined }), /not known/],
    ['of great length', tokenOf(rsa, { more: 'x'.repeat(20_000) }), /not known/],
    ['that is none', 'a.b.c', /not known/],
  ]
  for (const [what, token, why] of refused) {
    test(`${what} is nobody's`, async () => {
      const holder = await holderOf(token)

      assert.match(typeof holder === 'string' ? holder : 'somebody', why)
    })
  }

  test("of a key that its issuer published for something else is nobody's", async () => {
    const sealing = [{ ...rsa.published, use: 'enc' }]
    const other = [{ ...rsa.published, alg: 'PS256' }]

    assert.match(String(await holderOf(tokenOf(rsa), sealing)), /signature/)
    assert.match(String(await holderOf(tokenOf(rsa), other)), /signature/)
  })

  test('stands beside API keys', async () => {
    assert.deepEqual(await holderOf('k'), { name: 'shipper', countedAs: 'shipper', scopes: [] })
  })

  test('is not taken where no issuer is named', async () => {
    const found = await holderOfCredential({ clock, holderOf: () => undefined }, tokenOf(rsa))

    assert.match(String(found), /not known/)
  })
})
