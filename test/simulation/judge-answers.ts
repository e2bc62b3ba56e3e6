import type { Damage, Hit, Order } from '../../lib/read/question.ts'
import type { Model, ModelEvent } from './model.ts'

/** When a question began, by the model, and which events it means. */
export interface Asked {
  readonly model: Model
  readonly begin: number
  readonly matches: (event: ModelEvent) => boolean
}

/** Events of an answer and how it ended. */
export interface Answer {
  readonly hits: readonly Hit[]
  readonly order: Order
  readonly complete: boolean
  readonly damage: readonly Damage[]
}

/** What is wrong with an answer of events: content, order, what is missing and what is too much. */
export function answerFaults(asked: Asked, answer: Answer): string[] {
  const { model } = asked
  const shown = new Map<string, number>()
  const faults: string[] = []
  for (const hit of answer.hits) {
    const line = JSON.parse(hit.line.toString())
    const event = model.event(line.name)
    if (!event) faults.push(`I2 ${line.name} was never sent`)
    else if (!isOf(hit, line, event)) faults.push(`I2 ${line.name} is another event`)
    else if (!asked.matches(event)) faults.push(`${line.name} was not asked for`)
    shown.set(line.name, (shown.get(line.name) ?? 0) + 1)
  }
  faults.push(...orderFaults(answer))
  for (const { name, event } of known(asked)) {
    const count = shown.get(name) ?? 0
    const most = model.may(name, asked.begin)
    if (count > most) faults.push(`${most > 0 ? 'I3' : 'I6'} ${name} ${count} times, not ${most}`)
    const least =
      isWithin(answer, event) && !isCovered(answer.damage, event)
        ? model.must(name, asked.begin)
        : 0
    if (count < least) faults.push(`I1 ${name} ${count} times, not ${least}`)
  }
  for (const [name, count] of shown) model.saw(name, count)
  return faults
}

/** Bounds of a number of events: by what must and by what may be there. */
export interface Bounds {
  least: number
  most: number
}

/** The bounds of each group of the events asked for. */
export function boundsBy<Key>(
  asked: Asked,
  keyOf: (event: ModelEvent) => Key,
  damage: readonly Damage[],
): Map<Key, Bounds> {
  const groups = new Map<Key, Bounds>()
  for (const { name, event } of known(asked)) {
    const key = keyOf(event)
    const bounds = groups.get(key) ?? { least: 0, most: 0 }
    if (!isCovered(damage, event)) bounds.least += asked.model.must(name, asked.begin)
    bounds.most += asked.model.may(name, asked.begin)
    groups.set(key, bounds)
  }
  return groups
}

/** What is wrong with counts by group; a group that is not counted has none. */
export function countFaults<Key>(
  what: string,
  groups: ReadonlyMap<Key, Bounds>,
  counts: ReadonlyMap<Key, number>,
): string[] {
  const faults: string[] = []
  for (const key of new Set([...groups.keys(), ...counts.keys()])) {
    const { least, most } = groups.get(key) ?? { least: 0, most: 0 }
    const count = counts.get(key) ?? 0
    if (count < least || count > most)
      faults.push(`${what} of ${String(key)} is ${count}, expected ${least} to ${most}`)
  }
  return faults
}

function* known({ model, matches }: Asked) {
  for (const event of model.events) if (matches(event)) yield { name: event.name, event }
}

function isOf(hit: Hit, line: Record<string, unknown>, event: ModelEvent): boolean {
  return (
    hit.timeMicros === event.timeMicros &&
    hit.stream === event.stream &&
    line['@stream'] === event.stream &&
    (event.id === undefined || hit.id === event.id) &&
    line.n === event.n &&
    line.word === event.word &&
    line.ip === event.ip
  )
}

/** By time, then by stream; two hits of one place are told apart by their ids. */
function orderFaults({ hits, order }: Answer): string[] {
  const ids = new Set(hits.map(hit => `${hit.stream} ${hit.timeMicros} ${hit.id}`))
  const faults = ids.size < hits.length ? ['I3 an id is given out twice'] : []
  const sign = order === 'asc' ? 1 : -1
  for (const [i, hit] of hits.entries()) {
    const before = hits[i - 1]
    if (before && compare(before, hit) * sign > 0) faults.push(`hit ${i} is out of order`)
  }
  return faults
}

type Place = Pick<Hit, 'timeMicros' | 'stream'>

function compare(a: Place, b: Place): number {
  return a.timeMicros - b.timeMicros || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0)
}

/** Whether an answer that ended early came beyond the event's place. */
function isWithin({ complete, hits, order }: Answer, event: ModelEvent): boolean {
  const last = hits.at(-1)
  if (complete || !last) return complete
  return compare(event, last) * (order === 'asc' ? 1 : -1) < 0
}

/** An answer may miss what it says it misses, nothing else. */
function isCovered(damage: readonly Damage[], { stream, timeMicros }: ModelEvent): boolean {
  return damage.some(
    ({ streams, startMicros, endMicros }) =>
      (streams.length === 0 || streams.includes(stream)) &&
      timeMicros >= startMicros &&
      timeMicros < endMicros,
  )
}
