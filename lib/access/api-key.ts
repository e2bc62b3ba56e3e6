import { createHash } from 'node:crypto'
import type { Random } from '../core/random.ts'

/** 256 bits: nobody tries them all, so a plain hash of it tells nothing. */
const keyBytes = 32

/** A new API key. It is shown once and kept nowhere. */
export function makeApiKey(random: Random): string {
  return `varve_${Buffer.from(random.bytes(keyBytes)).toString('base64url')}`
}

/** What is kept of an API key. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

/** The key or token of a request: as bearer, as shippers send it, or as a password of anybody. */
export function credentialOf(header: (name: string) => string | undefined): string | undefined {
  const [, scheme = '', given = ''] = /^(\w+) +(\S+) *$/.exec(header('authorization') ?? '') ?? []
  if (/^(bearer|apikey|splunk)$/i.test(scheme)) return given
  if (/^basic$/i.test(scheme)) {
    return Buffer.from(given, 'base64').toString().split(':').slice(1).join(':') || undefined
  }
  return header('x-api-key')?.trim() || undefined
}
