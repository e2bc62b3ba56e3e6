import { ArchiveError } from '../core/errors.ts'
import { hashOfKey } from './api-key.ts'
import { asScopes, type Scope } from './scope.ts'

/** What a list keeps of an API key: never the key. */
export interface KeyEntry {
  /** Who has it; unique. */
  readonly name: string
  /** SHA-256 of the key in base64url. */
  readonly hash: string
  readonly scopes: readonly string[]
}

/** Whose key was given, and what they may do. */
export interface Holder {
  readonly name: string
  /** Under this name their requests are counted. */
  readonly countedAs: string
  readonly scopes: readonly Scope[]
}

/** Most keys of one list. */
const keysMax = 10_000

const namePattern = /^[A-Za-z0-9_.@-]{1,100}$/
const hashPattern = /^[A-Za-z0-9_-]{43}$/

/** The entries of a list of keys, a JSON array. Throws `invalid` that names the one at fault. */
export function parseKeyList(text: string): readonly KeyEntry[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (cause) {
    throw new ArchiveError('invalid', `the list of keys is no JSON: ${(cause as Error).message}`)
  }
  if (!Array.isArray(list)) throw new ArchiveError('invalid', 'the list of keys is no array')
  if (list.length > keysMax) {
    throw new ArchiveError('invalid', `the list has ${list.length} keys, at most ${keysMax}`)
  }
  const entries = list.map(asEntry)
  const twice = entries.find(({ name }, at) => entries.findIndex(e => e.name === name) !== at)
  if (twice) throw new ArchiveError('invalid', `two keys are named ${twice.name}`)
  return entries
}

/** Finds the holder of a key: by its hash, so how long it takes tells nothing of the key. */
export function holdersOf(entries: readonly KeyEntry[]): (key: string) => Holder | undefined {
  const holders = new Map(
    entries.map(({ name, hash, scopes }) => [
      hash,
      { name, countedAs: name, scopes: asScopes(scopes) },
    ]),
  )
  return key => holders.get(hashOfKey(key))
}

function asEntry(value: unknown, position: number): KeyEntry {
  const { name, hash, scopes, ...rest } = (value ?? {}) as Record<string, unknown>
  const fault =
    typeof name !== 'string' || !namePattern.test(name)
      ? `name is ${JSON.stringify(name)}, expected A-Z a-z 0-9 _ . @ -`
      : typeof hash !== 'string' || !hashPattern.test(hash)
        ? 'hash is no SHA-256 in base64url, as `varve key` makes it'
        : !Array.isArray(scopes) || scopes.length === 0 || !scopes.every(isText)
          ? 'scopes is no list of at least one'
          : Object.keys(rest).length > 0
            ? `${Object.keys(rest)} is unknown`
            : undefined
  if (fault) throw new ArchiveError('invalid', `key ${position} of the list: ${fault}`)
  asScopes(scopes as string[])
  return value as KeyEntry
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
