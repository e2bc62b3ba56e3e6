import { timeText } from './arrivals.ts'
import type { Chance } from './chance.ts'
import { generatedCorpus } from './generated-corpus.ts'
import { zipf } from './zipf.ts'

const storm = [
  'İstanbul',
  'ΣΊΣΥΦΟΣ',
  'Straße',
  'ſecret',
  'Kelvin',
  'Ärger',
  '東京',
  'नमस्ते',
  '👩‍👩‍👧‍👦',
  'Ⅷ',
  'ﬁne',
]
const shapes = ['text', 'number', 'truth', 'list', 'object', 'absent'] as const

/** Every value of every event is its own: nothing recurs but the names of fields. */
export const allUnique = generatedCorpus(
  {
    name: 'unique',
    title: 'nothing but unique ids',
    rareFields: ['a', 'b', 'c', 'd', 'e', 'f'],
    commonFields: [],
    queries: ['a:*', 'deadbeef', 'e>=0.5', 'f:0*', 'NOT d:0'],
  },
  (chance, nextMicros) => () =>
    `{"@time":"${timeText(nextMicros())}","@stream":"unique","@id":"${chance.uuid()}"` +
    `,"a":"${chance.uuid()}","b":"${chance.hex(64)}","c":"${chance.hex(20)}"` +
    `,"d":${chance.below(2 ** 48)},"e":${chance.next()},"f":"${chance.hex(8)}.${chance.hex(8)}"}`,
)

/** Events of up to a megabyte between small ones. */
export const largeEvents = generatedCorpus(
  {
    name: 'large',
    title: 'events of up to 1 MB between small ones',
    rareFields: ['id'],
    commonFields: ['kind'],
    queries: [
      'kind:dump',
      'kind:beat',
      'word-17',
      'dump word-3999',
      '"word-1 word-2"',
      'size>=900000',
    ],
  },
  (chance, nextMicros) => () => {
    const sizeBytes = chance.next() < 0.05 ? chance.below(1_000_000) : chance.below(300)
    const kind = sizeBytes > 300 ? 'dump' : 'beat'
    return (
      `{"@time":"${timeText(nextMicros())}","@stream":"large/${kind}","id":"${chance.hex(24)}"` +
      `,"kind":"${kind}","size":${sizeBytes},"text":"${wordsOf(chance, sizeBytes)}"}`
    )
  },
)

function wordsOf(chance: Chance, sizeBytes: number): string {
  const words: string[] = []
  for (let bytes = 0; bytes < sizeBytes; bytes += 10) words.push(`word-${chance.below(4000)}`)
  return words.join(' ').slice(0, sizeBytes)
}

/** A stream a user; every second event belongs to one of them, and some users have one event. */
export const hotUser = generatedCorpus(
  {
    name: 'hot',
    title: 'a stream a user, half of the events of one of them',
    rareFields: ['event'],
    commonFields: ['action', 'device'],
    queries: [
      'action:login',
      'user:0 action:purchase',
      'user:17',
      'device:tv NOT user:0',
      'user:99999',
    ],
  },
  (chance, nextMicros) => {
    const other = zipf(chance, 100_000, 0.7)
    return () => {
      const user = chance.next() < 0.5 ? 0 : 1 + other()
      return (
        `{"@time":"${timeText(nextMicros())}","@stream":"user/${user}","event":"${chance.hex(16)}"` +
        `,"user":${user},"action":"${chance.pick(['login', 'view', 'view', 'view', 'purchase'])}"` +
        `,"device":"${chance.pick(['web', 'ios', 'android', 'tv'])}"}`
      )
    }
  },
)

/** Names and types of fields change as time goes on; hundreds of names in the end. */
export const schemaDrift = generatedCorpus(
  {
    name: 'drift',
    title: 'fields that come, go and change their type',
    rareFields: ['id'],
    commonFields: ['version', 'field0', 'field1', 'nested.field2'],
    queries: [
      'version:3',
      'field0:7',
      'field1:true',
      'field2:value-5',
      'nested.field2:*',
      'field3>=500',
      'NOT field4:*',
      'field5:null',
      'value-9 version:2',
    ],
  },
  (chance, nextMicros) => {
    let made = 0
    return () => {
      const version = Math.floor(made++ / 5000)
      let line = `{"@time":"${timeText(nextMicros())}","@stream":"drift/${version % 3}"`
      line += `,"id":"${chance.hex(24)}","version":${version}`
      for (let field = 0; field < 12; field++) {
        const name = `field${field + (field > 5 ? version * 6 : 0)}`
        const shape = shapes[(field + version) % shapes.length]!
        if (shape !== 'absent') line += `,"${name}":${memberOf(chance, shape, name)}`
      }
      return `${line}}`
    }
  },
)

function memberOf(chance: Chance, shape: (typeof shapes)[number], name: string): string {
  const number = chance.below(1000)
  if (shape === 'text') return `"value-${number % 50}"`
  if (shape === 'number')
    return chance.pick([`${number}`, `${number}.0`, `${number}e0`, `-${number}`])
  if (shape === 'truth') return chance.pick(['true', 'false', 'null'])
  if (shape === 'list') return `[${number},"value-${number % 7}",[]]`
  return `{"${name}":"value-${number % 9}","deep":{"${name}":${number}}}`
}

/** Letters of many scripts, in every case and both ways to write an accent, escaped and not. */
export const caseStorm = generatedCorpus(
  {
    name: 'storm',
    title: 'UTF-8 and case storms',
    rareFields: ['id'],
    commonFields: ['word', 'Word', 'WORD'],
    queries: [
      'istanbul',
      'straße',
      'STRASSE',
      'σίσυφος',
      'secret',
      'kelvin',
      'ärger',
      '東京',
      '"नमस्ते"',
      'word:ⅷ',
      'WORD:fine',
      '*ss*',
    ],
  },
  (chance, nextMicros) => () => {
    const cased = (): string => {
      const word = chance.pick(storm)
      const shape = chance.below(5)
      if (shape === 0) return word.toUpperCase()
      if (shape === 1) return word.toLowerCase()
      if (shape === 2) return word.normalize('NFD')
      return shape === 3 ? escaped(word) : word
    }
    return (
      `{"@time":"${timeText(nextMicros())}","@stream":"storm","id":"${chance.hex(24)}"` +
      `,"word":"${cased()}","Word":"${cased()}${cased()}","WORD":["${cased()} ${cased()}"]` +
      `,"${chance.pick(storm)}":"${cased()}-${chance.below(100)}"}`
    )
  },
)

/** Every UTF-16 unit as JSON escapes it. */
function escaped(word: string): string {
  return Array.from({ length: word.length }, (_, i) => {
    return `\\u${word.charCodeAt(i).toString(16).padStart(4, '0')}`
  }).join('')
}
