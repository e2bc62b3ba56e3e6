import { type Address, type AddressRange, isIpv4 } from '../query/address.ts'

/** Bits of the prefixes that are terms, longest first; the first is the whole address. */
const ipv4Levels = [32, 24, 16, 8] as const
const ipv6Levels = [128, 64, 48, 32] as const
/** More alternatives than these are asked for by a shorter prefix. */
const choicesMax = 16

/** The texts of the terms an address has: the address, then its prefixes. */
export function addressTexts(address: Address): string[] {
  const isShort = isIpv4(address)
  const number = numberOf(address)
  return (isShort ? ipv4Levels : ipv6Levels).map(level => prefixText(number, level, isShort))
}

/**
 * Texts of which every address of the range has one, or `undefined` when that would be too many.
 */
export function rangeTexts({ low, high }: AddressRange): string[] | undefined {
  const isShort = isIpv4(low) && isIpv4(high)
  // A wide range of IPv6 holds the form that IPv4 addresses have, but not them.
  const [first, last] = [numberOf(low), numberOf(high)]
  for (const level of isShort ? ipv4Levels : ipv6Levels) {
    const step = 1n << BigInt(isShort ? 32 - level : 128 - level)
    const count = last / step - first / step + 1n
    if (count < 1n || count > BigInt(choicesMax)) continue
    return Array.from({ length: Number(count) }, (_, i) =>
      prefixText((first / step + BigInt(i)) * step, level, isShort),
    )
  }
  return undefined
}

function numberOf([a, b, c, d]: Address): bigint {
  return [b, c, d].reduce((number, word) => (number << 32n) | BigInt(word), BigInt(a))
}

/** `10.1.2.3` and `10.1.`; `2001:db8:0:0:0:0:0:1` and `2001:db8:`. */
function prefixText(address: bigint, bits: number, isShort: boolean): string {
  const [partBits, partCount] = isShort ? [8, 4] : [16, 8]
  const parts = Array.from({ length: bits / partBits }, (_, i) => {
    const part =
      (address >> BigInt(partBits * (partCount - 1 - i))) & ((1n << BigInt(partBits)) - 1n)
    return part.toString(isShort ? 10 : 16)
  })
  const point = isShort ? '.' : ':'
  return parts.join(point) + (parts.length < partCount ? point : '')
}
