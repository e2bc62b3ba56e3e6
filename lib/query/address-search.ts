import { type Address, addressLengthMax, parseAddress } from './address.ts'
import { wordEndsAt, wordStartsAt } from './fold.ts'

const runByte = new Uint8Array(256)
for (const character of '0123456789abcdefABCDEF:.') runByte[character.charCodeAt(0)] = 1
const quadByte = new Uint8Array(256)
for (const character of '0123456789.') quadByte[character.charCodeAt(0)] = 1

/**
 * Whether an address that passes occurs in the UTF-8 text at [start, end): a longest run of
 * hexadecimal digits, colons and points that spells IPv6, or a longest run of digits and points
 * that spells IPv4 and is not part of such a run. Points at the ends of a run and one colon at its
 * end may be left out. No word goes on before or behind an address.
 */
export function someAddress(
  bytes: Buffer,
  start: number,
  end: number,
  passes: (address: Address) => boolean,
): boolean {
  let at = start
  while (at < end) {
    if (runByte[bytes[at]!] === 0) {
      at++
      continue
    }
    let runEnd = at + 1
    while (runEnd < end && runByte[bytes[runEnd]!] === 1) runEnd++
    const isWhole = !wordEndsAt(bytes, start, at) && !wordStartsAt(bytes, runEnd, end)
    const ipv6 = isWhole ? ipv6At(bytes, at, runEnd) : undefined
    if (ipv6 ? passes(ipv6) : someIpv4(bytes, start, end, at, runEnd, passes)) return true
    at = runEnd
  }
  return false
}

function ipv6At(bytes: Buffer, start: number, end: number): Address | undefined {
  if (end - start < 2) return undefined
  const run = trimPoints(bytes, start, end)
  if (run.end - run.start > addressLengthMax + 1) return undefined
  const text = bytes.toString('latin1', run.start, run.end)
  if (!text.includes(':')) return undefined
  return parseAddress(text) ?? (text.endsWith(':') ? parseAddress(text.slice(0, -1)) : undefined)
}

function someIpv4(
  bytes: Buffer,
  start: number,
  end: number,
  runStart: number,
  runEnd: number,
  passes: (address: Address) => boolean,
): boolean {
  let at = runStart
  while (at < runEnd) {
    if (quadByte[bytes[at]!] === 0) {
      at++
      continue
    }
    let quadEnd = at + 1
    while (quadEnd < runEnd && quadByte[bytes[quadEnd]!] === 1) quadEnd++
    const quad = trimPoints(bytes, at, quadEnd)
    const size = quad.end - quad.start
    if (size >= 7 && size <= 15 && !wordEndsAt(bytes, start, quad.start)) {
      const text = bytes.toString('latin1', quad.start, quad.end)
      const address = wordStartsAt(bytes, quad.end, end) ? undefined : parseAddress(text)
      if (address && passes(address)) return true
    }
    at = quadEnd
  }
  return false
}

function trimPoints(bytes: Buffer, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to]
  while (start < end && bytes[start] === 0x2e) start++
  while (end > start && bytes[end - 1] === 0x2e) end--
  return { start, end }
}
