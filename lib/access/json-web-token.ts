import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'

/** Who issues tokens, and which of them are for this archive. */
export interface Issuer {
  /** As `iss` has it: an https address. */
  readonly issuer: string
  /** One of these is in `aud`, or is the `client_id`, where Cognito writes it. */
  readonly audience: readonly string[]
  /** Comes before each scope, e.g. `varve/`; others are passed over. */
  readonly scopePrefix?: string
}

/** A public key as its issuer publishes it (RFC 7517). */
export interface PublishedKey extends JsonWebKey {
  readonly kid?: string
  readonly use?: string
  readonly alg?: string
}

/** A token in its parts, of which nothing is verified. */
export interface Token {
  readonly kid: string
  readonly alg: Algorithm
  readonly claims: Readonly<Record<string, unknown>>
  readonly signed: Buffer
  readonly signature: Buffer
}

type Algorithm = 'RS256' | 'ES256'

const tokenLengthMax = 16 * 1024
/** Clocks differ. */
const leewaySeconds = 60
const rsaBitsMin = 2048

/** The parts of a token with one of our algorithms; `undefined` when it is none. */
export function parseToken(text: string): Token | undefined {
  if (text.length > tokenLengthMax) return undefined
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined
  const [head, body, signature] = text.split('.') as [string, string, string]
  const header = objectIn(head)
  const claims = objectIn(body)
  if (!header || !claims) return undefined
  const { alg, kid, crit } = header
  // An extension that has to be understood is one that is not.
  if ((alg !== 'RS256' && alg !== 'ES256') || typeof kid !== 'string' || crit !== undefined) {
    return undefined
  }
  const signed = Buffer.from(`${head}.${body}`)
  return { kid, alg, claims, signed, signature: Buffer.from(signature, 'base64url') }
}

/** Whether the token was signed with this key, by the algorithm that the key is for. */
export function isSignedBy(token: Token, published: PublishedKey): boolean {
  const { alg, signed, signature } = token
  if (published.use !== undefined && published.use !== 'sig') return false
  if (published.alg !== undefined && published.alg !== alg) return false
  const key = usableKey(published, alg)
  if (!key) return false
  const how = alg === 'ES256' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key
  return verify('sha256', signed, how, signature)
}

/** Why its claims do not hold now, or `undefined` when they do. */
export function claimsFault(
  { claims }: Token,
  { issuer, audience }: Issuer,
  nowSeconds: number,
): string | undefined {
  const { iss, aud, client_id, exp, nbf } = claims
  if (iss !== issuer) return 'it is of another issuer'
  const isFor = [aud, client_id].flat().some(each => audience.includes(each as string))
  if (!isFor) return 'it is for another audience'
  if (typeof exp !== 'number') return 'it never expires'
  if (nowSeconds >= exp + leewaySeconds) return 'it has expired'
  if (nbf !== undefined && !(typeof nbf === 'number' && nowSeconds >= nbf - leewaySeconds)) {
    return 'it is not valid yet'
  }
  return undefined
}

/** The texts that may be scopes of ours: of `scope`, or of `scp`, as words or as a list. */
export function scopeTexts({ claims }: Token, { scopePrefix = '' }: Issuer): string[] {
  return [claims.scope, claims.scp]
    .flat()
    .flatMap(each => (typeof each === 'string' ? each.split(' ') : []))
    .filter(text => text.startsWith(scopePrefix))
    .map(text => text.slice(scopePrefix.length))
}

function usableKey(published: PublishedKey, alg: Algorithm): KeyObject | undefined {
  let key: KeyObject
  try {
    key = createPublicKey({ key: published, format: 'jwk' })
  } catch {
    return undefined // a kind of key that we do not use
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const isRsa = type === 'rsa' && (details?.modulusLength ?? 0) >= rsaBitsMin
  const isCurve = type === 'ec' && details?.namedCurve === 'prime256v1'
  return (alg === 'RS256' ? isRsa : isCurve) ? key : undefined
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
