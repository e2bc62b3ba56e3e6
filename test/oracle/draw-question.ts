import type { MatchQuery, Query } from '../../lib/query/query.ts'
import { rangeFault } from '../../lib/query/range.ts'
import type { Interval } from '../../lib/read/question.ts'
import type { ReferenceLeaf } from '../query/support/reference-filter.ts'
import type { Dice } from './dice.ts'
import { drawCondition } from './draw-condition.ts'
import type { KnownEvent } from './known-events.ts'
import { spellQuery } from './spell-query.ts'

/** What is asked of an archive, and what the query was meant to say. */
export interface DrawnQuestion {
  readonly meant: Query
  readonly query: string
  readonly stream?: string
  readonly startMicros?: number
  readonly endMicros?: number
  readonly order: 'asc' | 'desc'
  /** Events a page. */
  readonly limit?: number
  readonly interval: Interval
  readonly timeZone: string
  /** Whose values are asked for. */
  readonly field: string
  /** What is looked up in all fields. */
  readonly term: DrawnTerm
}

export interface DrawnTerm {
  readonly meant: MatchQuery
  readonly text: string
}

const span = [0, 0] as const
const queryLengthMax = 4000
const intervals: readonly Interval[] = ['minute', 'hour', 'day', 'week', 'month', 'year']
const zones = [
  ...['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'],
  ...['America/Sao_Paulo', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu'],
]

/** A question about events like these: drawn from what they hold. */
export function drawQuestion(events: readonly KnownEvent[], dice: Dice): DrawnQuestion {
  for (;;) {
    const meant = drawQuery(events, dice, dice.below(4))
    const query = spellQuery(meant, dice)
    if (query === undefined || query.length > queryLengthMax) continue
    const term = drawTerm(events, dice)
    const limit = dice.chance(0.4) ? 1 + dice.below(dice.pick([3, 20, 200])) : undefined
    return {
      meant,
      query: dice.chance(0.02) && meant.kind === 'all' ? '' : query,
      ...drawStream(events, dice),
      ...drawTimes(events, dice),
      order: dice.pick(['asc', 'desc']),
      ...(limit !== undefined && { limit }),
      interval: dice.pick(intervals),
      timeZone: dice.pick(zones),
      field: dice.pick(dice.pick(events).leaves).path || 'message',
      term,
    }
  }
}

function drawQuery(events: readonly KnownEvent[], dice: Dice, depth: number): Query {
  if (depth === 0 || dice.chance(0.4)) return drawMatch(dice.pick(events), dice)
  const source = dice.pick(events)
  // Parts drawn from one event are met together.
  const some = () => (dice.chance(0.6) ? [source] : events)
  const parts = Array.from({ length: 2 + dice.below(3) }, () => drawQuery(some(), dice, depth - 1))
  return dice.weighted<() => Query>([
    [5, () => ({ kind: 'and', parts, span })],
    [4, () => ({ kind: 'or', parts, span })],
    [2, () => ({ kind: 'not', part: parts[0]!, span })],
    [2, () => ({ kind: 'and', parts: [parts[0]!, { kind: 'not', part: parts[1]!, span }], span })],
    [0.3, () => ({ kind: 'all', span })],
  ])()
}

function drawMatch(event: KnownEvent, dice: Dice): Query {
  const leaf = dice.pick(event.leaves)
  const condition = drawCondition(leaf, dice)
  const needsField = ['present', 'range', 'regex'].includes(condition.kind)
  const field =
    needsField || leaf.isParameter || dice.chance(0.6) ? drawField(leaf, event, dice) : undefined
  // What the language refuses to mean: times and addresses are compared with their like.
  if (condition.kind === 'range' && rangeFault(field, condition)) return drawMatch(event, dice)
  return { kind: 'match', field, condition, span }
}

function drawTerm(events: readonly KnownEvent[], dice: Dice): DrawnTerm {
  for (;;) {
    const condition = drawCondition(dice.pick(dice.pick(events).leaves), dice)
    const meant = { kind: 'match', field: undefined, condition, span } as const
    const text = spellQuery(meant, dice)
    if (text !== undefined) return { meant, text }
  }
}

/** The leaf's path or one above it, now and then another one. */
function drawField(leaf: ReferenceLeaf, event: KnownEvent, dice: Dice): string {
  const path = dice.chance(0.05) ? dice.pick(event.leaves).path : leaf.path
  const names = path.split('.')
  const drawn = dice.weighted([
    [8, path],
    [1, names.slice(0, 1 + dice.below(names.length)).join('.')],
    [0.2, `${path}.x`],
    [0.2, path.toUpperCase()],
    [0.2, path.slice(0, -1)],
  ])
  // `_exists_` is part of the language, and a field has a name.
  return drawn === '' || drawn === '_exists_' ? 'none' : drawn
}

function drawStream(events: readonly KnownEvent[], dice: Dice): { stream?: string } {
  if (dice.chance(0.6)) return {}
  const { stream } = dice.pick(events)
  const parts = stream.split('/')
  const drawn = dice.weighted([
    [5, stream],
    [2, [...parts.slice(0, -1), '*'].join('/')],
    [2, `${parts[0]}/**`],
    [1, '**'],
    [1, '*'],
    [1, `**${stream.slice(-1)}`],
    [1, `${stream.slice(0, -1)}?`],
    [1, `${stream}/x`],
  ])
  return { stream: drawn }
}

function drawTimes(
  events: readonly KnownEvent[],
  dice: Dice,
): { startMicros?: number; endMicros?: number } {
  const hour = 3600e6
  const edge = () => {
    const { timeMicros } = dice.pick(events)
    return dice.weighted([
      [4, timeMicros],
      [2, timeMicros + 1],
      [2, Math.floor(timeMicros / hour) * hour],
      [1, Math.floor(timeMicros / (24 * hour)) * 24 * hour],
      [1, Math.max(0, timeMicros - dice.below(hour))],
    ])
  }
  const [low, high] = [edge(), edge()].sort((a, b) => a - b) as [number, number]
  return dice.weighted<{ startMicros?: number; endMicros?: number }>([
    [4, {}],
    [1, { startMicros: low }],
    [1, { endMicros: high + 1 }],
    [3, { startMicros: low, endMicros: high + (high === low ? 1 : 0) }],
  ])
}
