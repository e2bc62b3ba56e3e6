import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'

const powers = Float64Array.from({ length: 53 }, (_, exponent) => 2 ** exponent)

/**
 * The code of Rice: value / 2^k in unary, the rest in k bits. Right for numbers whose frequency
 * halves every 2^k.
 */
export function writeRice(out: BitWriter, value: number, k: number): void {
  const unit = powers[k]!
  const high = Math.floor(value / unit)
  out.writeUnary(high)
  out.write(value - high * unit, k)
}

export function readRice(bits: BitReader, k: number): number {
  const high = bits.readUnary()
  return high * powers[k]! + bits.read(k)
}

/**
 * The code of Elias for numbers from 1 to 2^53 - 1: the length in unary, then the bits below the
 * highest.
 */
export function writeGamma(out: BitWriter, value: number): void {
  const bits = highestBit(value)
  out.writeUnary(bits)
  out.write(value - powers[bits]!, bits)
}

export function readGamma(bits: BitReader): number {
  const length = bits.readUnary()
  // No number has more; what follows would only be read past 53 bits.
  return length > 52 ? Number.POSITIVE_INFINITY : powers[length]! + bits.read(length)
}

export function gammaBits(value: number): number {
  return 2 * highestBit(value) + 1
}

/** The right k for numbers of this mean: its power of two, rounded down. */
export function riceFor(sum: number, count: number): number {
  return sum <= count ? 0 : highestBit(Math.floor(sum / count))
}

/** The position of the highest bit of a number from 1 to 2^53 - 1. */
function highestBit(value: number): number {
  return value < powers[32]!
    ? 31 - Math.clz32(value)
    : 63 - Math.clz32(Math.floor(value / powers[32]!))
}

/** The exponent of the smallest power of two that is not below a count, which is below 2^32. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1)
}
