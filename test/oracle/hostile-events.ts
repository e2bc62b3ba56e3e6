import fc from 'fast-check'
import { hardEvents } from '../index/support/hard-cases.ts'
import { events } from '../query/support/events.ts'
import type { TestEvent } from '../support/make-archive.ts'
import { Dice } from './dice.ts'

let dice = new Dice(4711)
const firstMicros = 1_737_849_605_000_000

/** Events made to be hard for an index: one of each kind after the other, a second apart. */
export function hostileEvents(): readonly TestEvent[] {
  dice = new Dice(4711)
  const many = (count: number, make: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i))
  const rests = [
    ...fc.sample(hardEvents, { numRuns: 250, seed: 1 }).map(restOf),
    ...fc.sample(events, { numRuns: 250, seed: 2 }).map(({ line }) => restOf(line)),
    ...many(120, identifiers),
    ...many(120, numbers),
    ...many(60, texts),
    ...many(60, shapes),
  ]
  return rests.map((rest, i) => ({
    time: firstMicros + i * 1e6,
    stream: 's',
    ...(rest && { rest }),
  }))
}

/** What follows `@stream` and `@id` in a line. */
function restOf(line: string): string {
  return line.replace(/^\{"@time":\d+,"@stream":"[^"]*"(,"@id":"[^"]*")?,?\s*/, '').slice(0, -1)
}

function members(event: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(event).slice(1, -1)
}

function hex(digits: number): string {
  return Array.from({ length: digits }, () => dice.below(16).toString(16)).join('')
}

function identifiers(i: number): string {
  const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  const near = `${uuid.slice(0, -1)}${(i % 16).toString(16)}`
  const ip = [10, dice.below(4), dice.below(4), dice.below(256)].join('.')
  const ip6 = `2001:db8:${hex(1)}::${hex(2)}`
  const texts = [
    uuid,
    uuid.toUpperCase(),
    `{${uuid}}`,
    `urn:uuid:${near}/x`,
    `${uuid}-${hex(4)}`,
    `${hex(7)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    `arn:aws:iam::${dice.below(1e6)}:role/${hex(6)}`,
    `mail ${hex(3)}.${hex(2)}@${hex(4)}.example.com sent`,
    Buffer.from(uuid).toString('base64'),
    hex(40),
    hex(64).toUpperCase(),
    `ip=${ip},${ip6};[${ip6}]:443 ::ffff:${ip} ${ip}/24 v${ip} 1.${ip} ${ip}.`,
    `${ip}:${dice.below(65536)} -> ${ip6}%eth0 ::${hex(4)} ${ip6}::`,
    `C:\\Users\\${hex(3)}\\AppData\\x_${hex(2)}.tmp`,
    `/var/log/${hex(2)}/a-b_c.${i}.log?x=%2F${hex(2)}&y=${i}`,
  ]
  return members({ id: dice.pick(texts), request: { ids: [dice.pick(texts), near] }, ip })
}

const spellings = [
  (n: number) => `${n}`,
  (n: number) => `${n}.0`,
  (n: number) => `${n}e0`,
  (n: number) => `${n / 10}E1`,
  (n: number) => `${n}00e-2`,
  (n: number) => `-${n}`,
  (n: number) => `${n}.000000000000000000000000001`,
  (n: number) => `${n}${'0'.repeat(35)}`,
  (n: number) => `${n}e300`,
  (n: number) => `${n}e-300`,
  (n: number) => `${9007199254740990 + n}`,
  (n: number) => `0.${'0'.repeat(30)}${n}`,
  (n: number) => `"${n}"`,
  (n: number) => `"0${n}"`,
  (n: number) => `" ${n}"`,
  (n: number) => `"${n}ms"`,
  (n: number) => `"2025-01-${String((n % 28) + 1).padStart(2, '0')}T0${n % 10}:00:00+0${n % 5}:00"`,
  (n: number) => `"2025-02-0${(n % 9) + 1}"`,
]

function numbers(i: number): string {
  const spelled = () => dice.pick(spellings)(1 + (dice.chance(0.5) ? i : dice.below(12)))
  const nested = `"m":[${spelled()},null,${spelled()}],"o":{"n":${spelled()}}`
  return `"n":${spelled()},${nested},"n":${spelled()}`
}

const alphabets = ['aAbB01_', 'éÉßẞσςΣ', 'KkſsSıIİi', '中文字', '😀𐐀𐐨a', '\u0301\u0300e', '٣Ⅷⅷ½²']

/** Long and short words of many scripts, joined by all kinds of signs. */
function texts(i: number): string {
  const word = () => {
    const letters = [...dice.pick(alphabets)]
    const length = dice.weighted([
      [20, 1 + dice.below(8)],
      [2, 40],
      [1, 3000],
    ])
    return Array.from({ length }, () => dice.pick(letters)).join('')
  }
  const signs = [' ', '.', '-', '/', '\t', '"', '\\', '\n', ',', '=', '\u2028', '\u00a0', '\u0000']
  const text = Array.from({ length: 1 + dice.below(12) }, () => word() + dice.pick(signs)).join('')
  return `"text":${JSON.stringify(text)},"lone":"\\ud83d${i}","escaped":"${escaped(text)}"`
}

function escaped(text: string): string {
  return text.replace(/[\s\S]/g, unit => {
    const code = unit.charCodeAt(0).toString(16).padStart(4, '0')
    return dice.chance(0.1) ? `\\u${code}` : JSON.stringify(unit).slice(1, -1)
  })
}

/** Members by the hundred, names that look like others, values that look like names. */
function shapes(i: number): string {
  const wide = Object.fromEntries(Array.from({ length: 150 }, (_, j) => [`k${j}.${i % 3}`, j % 7]))
  const deep = JSON.parse(`${'{"d":['.repeat(40)}${i}${']}'.repeat(40)}`)
  const twins = `"a":{"b":${i}},"a.b":"x${i}","a":[{"b":"y"},{"b":null}],"":{"":"${i}"},"A":{"B":1}`
  return dice.pick([
    members(wide),
    members(deep),
    `${twins},"b.":"${i}",".b":"dot"`,
    members({
      text: 'k1 a.b error',
      level: 'level',
      message: 'message message',
      status: [200, 404],
    }),
    members({
      empty: {},
      none: [],
      nulls: [null, [null]],
      yes: true,
      no: false,
      blank: '',
      space: ' ',
    }),
    '',
  ])
}
