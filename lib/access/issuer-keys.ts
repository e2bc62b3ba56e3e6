import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { PublishedKey } from './json-web-token.ts'

/** Longer asks the issuer less often, and believes a withdrawn key so much longer. */
const keptSeconds = 600
/** While the issuer cannot be asked, a key that it had counts so long. */
const staleSecondsMax = 3600
/** A token may name any key: the issuer is not asked for each. */
const pauseSeconds = 30
const pauseAfterFailureSeconds = 5
const millisMax = 3000
const bytesMax = 1024 * 1024

export type FetchJson = (url: string, signal: AbortSignal) => Promise<unknown>

/** The public keys of an issuer, asked for when they are needed and kept for a while. */
export class IssuerKeys {
  readonly #issuer: string
  readonly #clock: Clock
  readonly #fetchJson: FetchJson
  #keys: readonly PublishedKey[] = []
  #keptSince = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | undefined
  #failure: ArchiveError | undefined

  constructor(issuer: string, clock: Clock, fetchJson: FetchJson = fetchBounded) {
    this.#issuer = issuer.replace(/\/$/, '')
    this.#clock = clock
    this.#fetchJson = fetchJson
  }

  /** `undefined`: the issuer has no such key. Throws `unavailable` when it cannot be asked. */
  async find(kid: string): Promise<PublishedKey | undefined> {
    const now = this.#seconds()
    const isKept = this.#known(kid) !== undefined && now - this.#keptSince < keptSeconds
    const pause = this.#failure ? pauseAfterFailureSeconds : pauseSeconds
    if (!isKept && now - this.#askedAt >= pause) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined
      })
    }
    await this.#asking
    const found = this.#known(kid)
    if (found && now - this.#keptSince < staleSecondsMax) return found
    if (this.#failure) throw this.#failure
    return undefined
  }

  #known(kid: string): PublishedKey | undefined {
    return this.#keys.find(key => key.kid === kid)
  }

  #seconds(): number {
    return this.#clock.nowMicros() / 1e6
  }

  async #ask(): Promise<void> {
    const signal = AbortSignal.timeout(millisMax)
    this.#askedAt = this.#seconds()
    const about = `${this.#issuer}/.well-known/openid-configuration`
    try {
      const { jwks_uri } = (await this.#fetchJson(about, signal)) as { jwks_uri?: unknown }
      if (typeof jwks_uri !== 'string' || !jwks_uri.startsWith('https://')) {
        throw new Error(`${about} names no jwks_uri with https`)
      }
      const { keys } = (await this.#fetchJson(jwks_uri, signal)) as { keys?: unknown }
      if (!Array.isArray(keys)) throw new Error(`${jwks_uri} has no keys`)
      this.#keys = keys
      this.#keptSince = this.#seconds()
      this.#failure = undefined
    } catch (cause) {
      const message = `cannot get the keys of ${this.#issuer}: ${(cause as Error).message}`
      this.#failure = new ArchiveError('unavailable', message, { cause })
    }
  }
}

async function fetchBounded(url: string, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(url, { signal, redirect: 'error' })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  const text = await answer.text()
  if (text.length > bytesMax) throw new Error(`${url} has more than ${bytesMax} characters`)
  return JSON.parse(text)
}
