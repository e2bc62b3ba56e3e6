import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number of 32 or 128 bits; one that stands for an IPv4 address is that. */
export interface ReferenceAddress {
  readonly bits: 32 | 128
  readonly value: bigint
}

const word = '[\\p{L}\\p{M}\\p{N}_]'
const wordBefore = new RegExp(`${word}$`, 'u')
const mappedPrefix = 0xffffn << 32n
const wordBehind = new RegExp(`^${word}`, 'u')

/** The IPv6 and IPv4 addresses in a text, see docs/query.md. */
export function addressesIn(text: string): string[] {
  const found: string[] = []
  for (const run of text.matchAll(/[0-9a-f:.]+/gi)) {
    const start = run.index
    const end = start + run[0].length
    const trimmed = run[0].replace(/^\.+|\.+$/g, '')
    const ipv6 = [trimmed, trimmed.replace(/:$/, '')].find(each => isIPv6(each))
    if (ipv6 && !endsWord(text, start) && !beginsWord(text, end)) found.push(ipv6)
    else found.push(...quadsIn(text, start, end))
  }
  return found
}

function* quadsIn(text: string, runStart: number, runEnd: number): Generator<string> {
  for (const quad of text.slice(runStart, runEnd).matchAll(/[0-9.]+/g)) {
    const start = runStart + quad.index
    const end = start + quad[0].length
    const ipv4 = quad[0].replace(/^\.+|\.+$/g, '')
    if (!isIPv4(ipv4)) continue
    const isLeftFree = quad[0].startsWith('.') || !endsWord(text, start)
    const isRightFree = quad[0].endsWith('.') || !beginsWord(text, end)
    if (isLeftFree && isRightFree) yield ipv4
  }
}

/** Whether a word character ends at this place; it may be two units long. */
function endsWord(text: string, at: number): boolean {
  return wordBefore.test(text.slice(Math.max(0, at - 2), at))
}

function beginsWord(text: string, at: number): boolean {
  return wordBehind.test(text.slice(at, at + 2))
}

export function addressOf(text: string): ReferenceAddress | undefined {
  if (isIPv4(text)) return { bits: 32, value: joined(text.split('.').map(Number), 8) }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const value = joined(groupsOf(text), 16)
  if (value >> 32n === mappedPrefix >> 32n) return { bits: 32, value: value & 0xffff_ffffn }
  return { bits: 128, value }
}

/** Whether an address lies in the block, or is the only one that is meant. */
export function blockOf(text: string): (address: string) => boolean {
  const [net = '', prefix = '128'] = text.split('/')
  // The mapped form of an IPv4 address counts its prefix from the front of 128 bits.
  const isNarrow = net.includes(':') && Number(prefix) < 96
  const address = addressOf(net)!
  const bits = isNarrow ? 128 : address.bits
  const whole = isNarrow && address.bits === 32 ? mappedPrefix | address.value : address.value
  const length = Number(prefix) - (net.includes(':') && bits === 32 ? 96 : 0)
  const shift = BigInt(bits - length)
  return each => {
    const other = addressOf(each)
    return other?.bits === bits && other.value >> shift === whole >> shift
  }
}

function groupsOf(text: string): number[] {
  const quad = /(?<=:)[\d.]+$/.exec(text)?.[0]
  const plain =
    quad?.includes('.') === true
      ? text.slice(0, -quad.length) + hexOf(quad.split('.').map(Number))
      : text
  const [left = '', right] = plain.split('::')
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map(each => Number.parseInt(each, 16))
  if (right === undefined) return groups(left)
  const zeros = 8 - groups(left).length - groups(right).length
  return [...groups(left), ...new Array<number>(zeros).fill(0), ...groups(right)]
}

function hexOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

function joined(parts: readonly number[], bits: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bits)) | BigInt(part), 0n)
}
