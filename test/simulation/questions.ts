import type { Interval, Order } from '../../lib/read/question.ts'
import type { Dice } from './dice.ts'
import { words } from './events.ts'
import type { ModelEvent } from './model.ts'

/** What is asked, and which events of the model it means. */
export interface DrawnQuestion {
  readonly selection: {
    readonly query?: string
    readonly stream?: string
    readonly startMicros?: number
    readonly endMicros?: number
    readonly freshnessMillis?: number
  }
  readonly matches: (event: ModelEvent) => boolean
  readonly order: Order
  readonly limit: number | undefined
  readonly interval: Interval
}

type Matches = DrawnQuestion['matches']

/** A question of the kinds that go different ways: terms, ranges, addresses, rare ids, all. */
export function drawQuestion(dice: Dice, known: readonly ModelEvent[]): DrawnQuestion {
  const [query, meets] = drawQuery(dice, known)
  const some = known.length > 0 ? dice.of(known) : undefined
  const stream = dice.chance(0.3) ? some?.stream : undefined
  const startMicros = dice.chance(0.25) ? some?.timeMicros : undefined
  const endMicros = dice.chance(0.25)
    ? (some?.timeMicros ?? 0) + 1 + dice.below(90) * 86_400e6
    : undefined
  const matches = (event: ModelEvent) =>
    meets(event) &&
    (stream === undefined || event.stream === stream) &&
    event.timeMicros >= (startMicros ?? 0) &&
    event.timeMicros < (endMicros ?? Infinity)
  const selection = {
    ...(query && { query }),
    ...(stream !== undefined && { stream }),
    ...(startMicros !== undefined && { startMicros }),
    ...(endMicros !== undefined && { endMicros }),
    ...(dice.chance(0.1) && { freshnessMillis: 1 + dice.below(60_000) }),
  }
  return {
    selection,
    matches,
    order: dice.of(['asc', 'desc']),
    limit: dice.chance(0.5) ? 1 + dice.below(20) : undefined,
    interval: dice.of(['hour', 'day', 'month']),
  }
}

function drawQuery(dice: Dice, known: readonly ModelEvent[]): readonly [string, Matches] {
  const word = dice.of(words)
  const other = dice.of(words)
  const n = dice.below(100)
  const some = known.length > 0 ? dice.of(known).name : 'nothing'
  return dice.of<readonly [string, Matches]>([
    ['', () => true],
    ['', () => true],
    [word, event => event.word === word],
    [`word:${word}`, event => event.word === word],
    [`${word} OR word:${other}`, event => event.word === word || event.word === other],
    [`NOT ${word}`, event => event.word !== word],
    [`n:[${n} TO ${n + 20}]`, event => event.n >= n && event.n <= n + 20],
    [`n:>=${n} -${word}`, event => event.n >= n && event.word !== word],
    [`${word.slice(0, 3)}*`, event => event.word.startsWith(word.slice(0, 3))],
    ['ip:10.0.0.0/30', event => Number(event.ip.split('.')[3]) < 4],
    [some, event => event.name === some],
    [`name:${some}`, event => event.name === some],
  ])
}
