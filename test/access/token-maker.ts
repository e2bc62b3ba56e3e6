import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { PublishedKey } from '../../lib/access/json-web-token.ts'

/** A key pair of an issuer. */
export interface IssuerPair {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly published: PublishedKey
}

export const rsa = pairOf('rsa-1', 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }))
export const weak = pairOf('weak-1', 'RS256', generateKeyPairSync('rsa', { modulusLength: 1024 }))
export const curve = pairOf('ec-1', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
export const otherCurve = pairOf(
  'ec-2',
  'ES256',
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
)

export const nowSeconds = 1_800_000_000

/** Claims that hold, unless they are changed. */
export const claims = {
  iss: 'https://issuer.example/pool',
  aud: 'varve',
  sub: 'somebody',
  exp: nowSeconds + 300,
  scope: 'openid varve/read varve/ingest:web/',
}

/** A signed token; members of header and claims may be changed or, as `undefined`, left out. */
export function tokenOf(
  { kid, alg, privateKey }: IssuerPair,
  changes: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): string {
  const parts = [
    { alg, kid, typ: 'JWT', ...header },
    { ...claims, ...changes },
  ]
  const signed = parts
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const how =
    alg === 'ES256' ? ({ key: privateKey, dsaEncoding: 'ieee-p1363' } as const) : privateKey
  return `${signed}.${sign('sha256', Buffer.from(signed), how).toString('base64url')}`
}

function pairOf(
  kid: string,
  alg: string,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): IssuerPair {
  const published = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }
  return { kid, alg, privateKey, published }
}
