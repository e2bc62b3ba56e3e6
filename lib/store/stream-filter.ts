import { crc32 } from 'node:zlib'
import { decodeNumber, encodeNumber } from '../core/base32.ts'

/**
 * Which streams a batch may hold, as a part of its key: `x` and 7 characters a stream for up to 8
 * of them, `b` and a 300-bit Bloom filter for up to 60, `all` beyond. It may be wrong only by
 * saying yes.
 */
export type StreamFilter = string & { readonly streamFilter?: never }

const exactMax = 8
const bloomMax = 60
const hashWidth = 7
const bloomCharacters = 60
const bloomHashes = 4

export function makeStreamFilter(streams: Iterable<string>): StreamFilter {
  const hashes = [...new Set([...streams].map(stream => crc32(stream)))].sort((a, b) => a - b)
  if (hashes.length <= exactMax) {
    return `x${hashes.map(hash => encodeNumber(hash, hashWidth)).join('')}`
  }
  if (hashes.length > bloomMax) return 'all'
  const bits = new Uint8Array(bloomCharacters)
  for (const hash of hashes) {
    for (const bit of bloomBits(hash)) bits[Math.floor(bit / 5)]! |= 1 << (bit % 5)
  }
  return `b${Array.from(bits, five => encodeNumber(five, 1)).join('')}`
}

export function mayHoldStream(filter: StreamFilter, stream: string): boolean {
  const hash = crc32(stream)
  if (filter[0] === 'x') {
    const wanted = encodeNumber(hash, hashWidth)
    for (let at = 1; at < filter.length; at += hashWidth) {
      if (filter.startsWith(wanted, at)) return true
    }
    return false
  }
  if (filter[0] !== 'b') return true
  return bloomBits(hash).every(bit => {
    const five = decodeNumber(filter[1 + Math.floor(bit / 5)] ?? '') ?? 31
    return (five & (1 << (bit % 5))) !== 0
  })
}

/** Kirsch and Mitzenmacher's two-hash scheme on the two halves of one hash. */
function bloomBits(hash: number): number[] {
  const step = (Math.imul(hash, 0x9e3779b1) | 1) >>> 0
  return Array.from({ length: bloomHashes }, (_, i) => (hash + i * step) % (bloomCharacters * 5))
}
