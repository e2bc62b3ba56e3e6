import type { TestEvent } from '../support/make-archive.ts'
import type { Dice } from './dice.ts'

const hour = 3600e6
const day = 24 * hour
/** 2026-11-19: the clock of the archives stands a day later. */
const lastMicros = 1_795_046_400_000_000

const streamTrees: readonly (readonly string[])[] = [
  ['web'],
  ['web', 'web/eu', 'web/eu/1', 'web/us/1', 'app', 'App', 'app.1'],
  Array.from({ length: 60 }, (_, i) => `user/${i % 7}/${i}`),
]

/**
 * Some of the events, as they might be elsewhere: over an hour or over years, in one stream or in
 * many, several at one time, some of them given twice.
 */
export function varyEvents(
  events: readonly TestEvent[],
  countMax: number,
  dice: Dice,
): TestEvent[] {
  const some = blocksOf(events, countMax, dice)
  const spanMicros = dice.pick([0, hour / 2, 8 * hour, 3 * day, 40 * day, 900 * day])
  const endMicros = dice.pick([lastMicros, lastMicros, lastMicros + 40 * day])
  const streams = dice.chance(0.2) ? undefined : dice.pick(streamTrees)
  const idChance = dice.pick([0, 0.1, 0.6])
  const first = some[0]?.time ?? 0
  const scale = spanMicros / Math.max(1, (some.at(-1)?.time ?? 0) - first)
  const varied: TestEvent[] = []
  for (const [i, event] of some.entries()) {
    const before = varied.at(-1)
    const clumps = before !== undefined && dice.chance(0.1)
    const time =
      spanMicros === 0 ? event.time : endMicros - Math.floor((event.time - first) * scale)
    varied.push({
      ...event,
      time: clumps ? before.time : time,
      stream: streams ? dice.pick(streams) : event.stream,
      ...(dice.chance(idChance) && { id: `${dice.pick(['id-', 'ü', '10.0.0.'])}${i}` }),
    })
    if (dice.chance(0.05)) varied.push(again(varied, dice))
  }
  return varied
}

/** A few stretches of neighbours from anywhere among them. */
function blocksOf(events: readonly TestEvent[], countMax: number, dice: Dice): TestEvent[] {
  if (events.length <= countMax) return [...events]
  const blocks = 5
  const length = Math.ceil(countMax / blocks)
  const starts = Array.from({ length: blocks }, () => dice.below(events.length - length))
  return starts
    .flatMap(start => events.slice(start, start + length))
    .sort((a, b) => a.time - b.time)
}

/** One of them once more; one with an id also with another content. */
function again(events: readonly TestEvent[], dice: Dice): TestEvent {
  const event = dice.pick(events)
  if (event.id === undefined || dice.chance(0.5)) return event
  return { ...event, rest: dice.pick(events).rest ?? '"other":1' }
}
