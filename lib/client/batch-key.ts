const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A ULID: 10 characters of time, 16 of chance. As an idempotency key it costs the archive nothing.
 */
export function makeBatchKey(nowMillis: number): string {
  let key = ''
  for (let rest = nowMillis; key.length < 10; rest = Math.floor(rest / 32)) {
    key = alphabet[rest % 32] + key
  }
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) key += alphabet[byte & 31]
  return key
}
