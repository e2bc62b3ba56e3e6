import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { formatTime, parseRfc3339, parseTime } from '../../../lib/core/time.ts'
import type { Condition, Query, RangeCondition } from '../../../lib/query/query.ts'
import type { Member, TestEvent, TestValue } from './events.ts'

/** What docs/query.md says, written down as plainly as can be and without regard to speed. */
export function referenceMatches(query: Query, event: TestEvent): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
      return query.parts.every(part => referenceMatches(part, event))
    case 'or':
      return query.parts.some(part => referenceMatches(part, event))
    case 'not':
      return !referenceMatches(query.part, event)
    case 'match': {
      const { field, condition } = query
      return referenceLeaves(event)
        .filter(leaf =>
          field === undefined
            ? !leaf.isParameter
            : leaf.path === field || leaf.path.startsWith(`${field}.`),
        )
        .some(leaf => leaf.kind !== 'null' && meets(leaf, condition, field))
    }
  }
}

export interface ReferenceLeaf {
  readonly path: string
  readonly kind: string
  readonly text: string
  readonly isParameter: boolean
}

export function referenceLeaves({ members }: TestEvent): ReferenceLeaf[] {
  return members.flatMap(([name, value], i) => leavesOf(name, value, i < 2))
}

function leavesOf(path: string, value: TestValue, isParameter: boolean): ReferenceLeaf[] {
  if (value.kind === 'array') return value.items.flatMap(item => leavesOf(path, item, isParameter))
  if (value.kind === 'object') {
    const below = ([name, member]: Member) => leavesOf(`${path}.${name}`, member, isParameter)
    return value.members.flatMap(below)
  }
  return [{ path, kind: value.kind, text: value.text, isParameter }]
}

function meets(leaf: ReferenceLeaf, condition: Condition, field: string | undefined): boolean {
  const isTime = leaf.isParameter && leaf.path === '@time'
  const text = isTime ? formatTime(Number(leaf.text)) : leaf.text
  const isNumber = leaf.kind === 'number' && !isTime
  switch (condition.kind) {
    case 'present':
      return true
    case 'regex':
      return new RegExp(condition.source.replaceAll('\\w', word), 'ius').test(text)
    case 'address':
      return addressesIn(text).some(inBlock(condition.text))
    case 'text': {
      const typed = condition.pieces[0] ?? ''
      const comparesNumbers = field !== undefined && !condition.quoted && isNumeric(typed)
      if (condition.pieces.length === 1 && comparesNumbers && isNumber) {
        return scaled(typed) === scaled(text)
      }
      return condition.pieces.join('*') === '' ? text === '' : occurs(condition.pieces, text)
    }
    case 'range':
      return inRange(condition, { ...leaf, text }, isTime, isNumber)
  }
}

const word = '[\\p{L}\\p{M}\\p{N}_]'

function occurs(pieces: readonly string[], text: string): boolean {
  const inner = pieces.map(piece => RegExp.escape(piece)).join('[^]*')
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)]
  const before = new RegExp(`^${word}`, 'u').test(first) ? `(?<!${word})` : ''
  const after = new RegExp(`${word}$`, 'u').test(last) ? `(?!${word})` : ''
  return new RegExp(before + inner + after, 'iu').test(text)
}

function isNumeric(text: string): boolean {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
}

/** The number times 10^20, exactly. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return BigInt(whole + fraction) * 10n ** BigInt(20 + Number(exponent) - fraction.length)
}

function inRange(
  { low, high }: RangeCondition,
  leaf: ReferenceLeaf,
  isTime: boolean,
  isNumber: boolean,
): boolean {
  const inside = <Value extends bigint | number | string>(
    value: Value | undefined,
    read: (text: string) => Value | undefined,
  ) => {
    if (value === undefined) return false
    const [lowest, highest] = [low && read(low.text), high && read(high.text)]
    const isAbove = !low || (low.inclusive ? value >= lowest! : value > lowest!)
    return isAbove && (!high || (high.inclusive ? value <= highest! : value < highest!))
  }
  const bounds = [low, high].flatMap(bound => (bound ? [bound.text] : []))
  if (isTime) return inside(parseTime(leaf.text), parseTime)
  if (bounds.every(isNumeric)) {
    const isComparable = isNumber || (leaf.kind === 'string' && isNumeric(leaf.text))
    return inside(isComparable ? scaled(leaf.text) : undefined, scaled)
  }
  if (bounds.every(text => parseRfc3339(text) !== undefined)) {
    return leaf.kind === 'string' && inside(parseRfc3339(leaf.text), parseRfc3339)
  }
  if (bounds.every(isIPv4)) {
    const list = new BlockList()
    list.addRange(low!.text, high!.text)
    return addressesIn(leaf.text).some(address => checks(list, address))
  }
  return leaf.kind === 'string' && inside(leaf.text, text => text)
}

/** The IPv6 and IPv4 addresses in a text, see docs/query.md. */
function addressesIn(text: string): string[] {
  const isWord = (at: string | undefined) => new RegExp(`^${word}$`, 'u').test(at ?? '')
  const found: string[] = []
  for (const run of text.matchAll(/[0-9a-f:.]+/gi)) {
    const [before] = [...text.slice(0, run.index)].slice(-1)
    const [after] = [...text.slice(run.index + run[0].length)]
    const trimmed = run[0].replace(/^\.+|\.+$/g, '')
    const ipv6 = [trimmed, trimmed.replace(/:$/, '')].find(isIPv6)
    if (ipv6 && !isWord(before) && !isWord(after)) {
      found.push(ipv6)
      continue
    }
    for (const quad of run[0].matchAll(/[0-9.]+/g)) {
      const start = run.index + quad.index
      const [left] = [...text.slice(0, start)].slice(-1)
      const [right] = [...text.slice(start + quad[0].length)]
      const ipv4 = quad[0].replace(/^\.+|\.+$/g, '')
      const leftWord = !quad[0].startsWith('.') && isWord(left)
      const rightWord = !quad[0].endsWith('.') && isWord(right)
      if (isIPv4(ipv4) && !leftWord && !rightWord) found.push(ipv4)
    }
  }
  return found
}

function inBlock(block: string): (address: string) => boolean {
  const list = new BlockList()
  const [net = '', prefix] = block.split('/')
  const family = isIPv4(net) ? 'ipv4' : 'ipv6'
  list.addSubnet(net, Number(prefix ?? 128), family)
  const mapped = new BlockList()
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6')
  // A BlockList itself takes mapped addresses for the IPv4 addresses they are.
  return address =>
    checks(list, address) &&
    (family === 'ipv4' || (isIPv6(address) && !mapped.check(address, 'ipv6')))
}

function checks(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}
