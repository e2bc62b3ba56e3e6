/**
 * IP addresses as four 32-bit words; IPv4 is held as ::ffff:a.b.c.d, so both spellings are equal.
 */
export type Address = readonly [number, number, number, number]

/** Every address from `low` to `high`, both included, all of one family. */
export interface AddressRange {
  readonly low: Address
  readonly high: Address
}

const mappedPrefix = 0xffff
/** The longest spelling: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
export const addressLengthMax = 45

/** IPv4 in four decimal parts without leading zeros, or IPv6 in any of its spellings, no zone. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** `10.0.0.0/8` or `2001:db8::/32`, or one IPv6 address; bits behind the prefix are ignored. */
export function parseBlock(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) {
    const single = text.includes(':') ? parseIpv6(text) : undefined
    return single && { low: single, high: single }
  }
  const address = parseAddress(text.slice(0, slash))
  const prefix = /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : -1
  if (!address) return undefined
  const prefixBits = text.includes(':') ? prefix : prefix + 96
  if (prefix < 0 || prefixBits > 128) return undefined
  const masks = [0, 1, 2, 3].map(word => maskOf(prefixBits - 32 * word))
  const low = address.map((word, i) => (word & masks[i]!) >>> 0) as unknown as Address
  const high = address.map((word, i) => (word | ~masks[i]!) >>> 0) as unknown as Address
  return { low, high }
}

function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0
}

/** An IPv4 address is only in ranges of IPv4 addresses, so `::/0` means every IPv6 address. */
export function isInRange(address: Address, range: AddressRange): boolean {
  if (isIpv4(address) !== (isIpv4(range.low) && isIpv4(range.high))) return false
  return compareAddresses(range.low, address) <= 0 && compareAddresses(address, range.high) <= 0
}

export function isIpv4(address: Address): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === mappedPrefix
}

/** Negative, zero or positive, in the order of the numbers they are. */
export function compareAddresses(a: Address, b: Address): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

function parseIpv4(text: string): Address | undefined {
  const word = ipv4Word(text)
  return word === undefined ? undefined : [0, 0, mappedPrefix, word]
}

function ipv4Word(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!parts) return undefined
  let word = 0
  for (const part of parts.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part[0] === '0')) return undefined
    word = word * 256 + Number(part)
  }
  return word
}

function parseIpv6(text: string): Address | undefined {
  if (text.length > addressLengthMax) return undefined
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const before = ipv6Groups(head, tail === undefined)
  const after = tail === undefined ? [] : ipv6Groups(tail, true)
  if (!before || !after) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...new Array<number>(missing).fill(0), ...after]
  const word = (i: number) => groups[2 * i]! * 0x10000 + groups[2 * i + 1]!
  return [word(0), word(1), word(2), word(3)]
}

/** The 16-bit groups of one side of the `::`; the last side may end in an IPv4 address. */
function ipv6Groups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const word = isLast && i === parts.length - 1 ? ipv4Word(part) : undefined
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xffff)
    }
  }
  return groups
}
