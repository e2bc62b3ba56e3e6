import type { TestEvent } from '../support/make-archive.ts'
import { Dice } from './dice.ts'

const eventCount = 800
const firstMicros = 1_737_849_605_000_000

/** Values that read alike and are not the same, or are and do not read so. */
const spellings = [
  ...['"GET"', '"get"', '"\\u0047ET"', '"GET POST"', '"POST"', '"P\\u004fST"', '""', '" "'],
  ...['200', '200.0', '2e2', '"200"', '-200', '0', '-0', '0.0', '1e400', '0.1', '0.10', '1e-400'],
  ...['9007199254740993', '9007199254740992', '9007199254740993.0', '123456789.123456789'],
  ...['true', 'false', 'null', '"true"', '"null"', '{}', '[]', '[null]'],
  ...['"10.0.0.1"', '"10.0.0.2"', '"::ffff:10.0.0.1"', '"2001:db8::1"', '"2001:DB8:0::1"'],
  ...['"2025-01-01"', '"2025-01-01T00:00:00Z"', '"2025-01-01 02:00+02:00"', '"2025-01-02"'],
  ...['"ß"', '"SS"', '"É"', '"é"', '"\\ud83d"', '"\\ufffd"', '"a.b"', '"a"'],
]
const names = ['a', 'b', 'c.d', 'n', 'method', 'status', 'é', 'x y']

/**
 * Events whose fields have few values each, now and then several or twice the same, so that they
 * are counted where events are not looked at.
 */
export function recurringEvents(): readonly TestEvent[] {
  const dice = new Dice(17)
  const ofName = new Map(names.map(name => [name, dice.shuffled(spellings).slice(0, 7)]))
  const value = (name: string): string => {
    const few = dice.pick(ofName.get(name)!)
    return dice.weighted([
      [12, () => few],
      [2, () => `[${few},${dice.pick(ofName.get(name)!)},${few}]`],
      [2, () => `{"${dice.pick(['a', 'd', 'e.f'])}":${few}}`],
      [1, () => `${dice.below(1000)}`],
      [1, () => `"v${dice.below(300)} ${dice.below(5)}"`],
    ])()
  }
  return Array.from({ length: eventCount }, (_, i) => {
    // Another mix of fields in each stretch, and now and then one name twice.
    const some = names.filter(name => dice.chance(0.2 + 0.6 * Math.sin(i / 90 + name.length) ** 2))
    const twice = dice.chance(0.1) ? some.slice(0, 1) : []
    const members = [...some, ...twice].map(name => `"${name}":${value(name)}`)
    return { time: firstMicros + i * 1e6, stream: 's', rest: members.join(',') || '"empty":null' }
  })
}
