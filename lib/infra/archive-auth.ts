import { readFileSync } from 'node:fs'
import { parseKeyList } from '../access/key-list.ts'

/** Who issues tokens that the archive takes (OpenID Connect, RS256 or ES256). */
export interface TokenIssuer {
  /** Its address, as tokens have it in `iss`, e.g. `userPool.userPoolProviderUrl`. */
  readonly issuer: string
  /** What tokens for this archive have in `aud`, or Cognito in `client_id`. */
  readonly audience: readonly string[]
  /**
   * What comes before the scopes of the archive, e.g. `varve/`.
   * @default - nothing
   */
  readonly scopePrefix?: string
}

/** What requests are known by, where it is not IAM; one of the two at least. */
export interface BearerAuth {
  /**
   * File of API keys, as `varve key` makes it. It holds hashes and is deployed with the code.
   * @default - no API keys
   */
  readonly keysFile?: string
  /** @default - no tokens */
  readonly tokens?: TokenIssuer
  /**
   * Requests a second of one API key, and of all tokens together, above which the gateway answers
   * 429; twice as many may arrive at once.
   * @default - none: all share what the API takes
   */
  readonly requestsPerSecondMax?: number
}

/** How the archive knows who asks. */
export class ArchiveAuth {
  /** Requests are signed; IAM says who may, and `grantIngest` and its like tell IAM. */
  static iam(): ArchiveAuth {
    return new ArchiveAuth(undefined)
  }

  /** Requests carry an API key or a token, whose scopes say what they may (docs/api.md). */
  static bearer(options: BearerAuth): ArchiveAuth {
    if (!options.keysFile && !options.tokens) {
      throw new Error('ArchiveAuth.bearer: expected keysFile, tokens, or both')
    }
    return new ArchiveAuth(options)
  }

  /** @internal */
  readonly bearer: BearerAuth | undefined

  private constructor(bearer: BearerAuth | undefined) {
    this.bearer = bearer
  }
}

/** The text of the list of keys, read and checked; an empty list when there is no file. */
export function keyListOf({ keysFile }: BearerAuth): string {
  if (keysFile === undefined) return '[]'
  const text = readFileSync(keysFile, 'utf8')
  try {
    return JSON.stringify(parseKeyList(text))
  } catch (cause) {
    throw new Error(`keysFile ${keysFile}: ${(cause as Error).message}`, { cause })
  }
}
