import type { Clock } from '../core/clock.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { claimsFault, type Issuer, isSignedBy, parseToken, scopeTexts } from './json-web-token.ts'
import type { Holder } from './key-list.ts'
import { parseScope } from './scope.ts'
import { tokenHolders } from './usage-key.ts'

/** What requests are known by. */
export interface Doorkeeper {
  readonly clock: Clock
  /** Who has an API key. */
  readonly holderOf: (key: string) => Holder | undefined
  /** Absent: tokens are not taken. */
  readonly tokens?: { readonly issuer: Issuer; readonly keys: Pick<IssuerKeys, 'find'> }
}

/**
 * Whose key or token this is; text: why it is nobody's. Throws `unavailable` when the issuer of a
 * token cannot be asked for its keys.
 */
export async function holderOfCredential(
  { clock, holderOf, tokens }: Doorkeeper,
  credential: string,
): Promise<Holder | string> {
  const token = tokens && parseToken(credential)
  if (!token) return holderOf(credential) ?? 'it is not known here'
  const { issuer, keys } = tokens
  const fault = claimsFault(token, issuer, clock.nowMicros() / 1e6)
  if (fault) return fault
  const published = await keys.find(token.kid)
  if (!published || !isSignedBy(token, published)) return 'its signature is not of its issuer'
  const { sub, client_id } = token.claims
  const scopes = scopeTexts(token, issuer).flatMap(text => parseScope(text) ?? [])
  return { name: String(sub ?? client_id ?? ''), countedAs: tokenHolders, scopes }
}
