import { decodeNumber, encodeBytes, encodeNumber, isBase32 } from './base32.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/**
 * A batch id is a ULID: 10 base-32 characters of milliseconds since 1970 (its `idTime`), then 16 of
 * chance (80 bits). It is the idempotency key of a batch and sorts by time.
 */
export const batchIdLength = 26

export function makeBatchId(clock: Clock, random: Random): string {
  return batchIdAt(Math.floor(clock.nowMicros() / 1000), random.bytes(10))
}

/** The id of this time and these 10 bytes. */
export function batchIdAt(timeMillis: number, chance: Uint8Array): string {
  return encodeNumber(timeMillis, 10) + encodeBytes(chance)
}

/** Milliseconds since 1970 that the id carries. */
export function idTimeMillis(batchId: string): number {
  return decodeNumber(batchId.slice(0, 10)) ?? Number.NaN
}

/**
 * The batch id that this idempotency key spells, when it carries a time: a ULID, or a UUIDv7 (its
 * 128 bits are a ULID's), of this century. `undefined` for any other key.
 */
export function batchIdOfKey(key: string): string | undefined {
  const batchId = ulidOf(key)
  // Other text may look like a ULID; its time is then almost surely an impossible one.
  const isOfThisCentury = batchId !== undefined && isWithinCentury(idTimeMillis(batchId))
  return isOfThisCentury ? batchId : undefined
}

function isWithinCentury(millis: number): boolean {
  return millis >= Date.UTC(2000, 0) && millis < Date.UTC(2100, 0)
}

function ulidOf(key: string): string | undefined {
  const upper = key.toUpperCase()
  if (key.length === batchIdLength && isBase32(upper) && upper[0]! <= '7') return upper
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(key)) {
    return undefined
  }
  const hex = Buffer.from(key.replaceAll('-', ''), 'hex')
  return batchIdAt(hex.readUIntBE(0, 6), hex.subarray(6))
}
