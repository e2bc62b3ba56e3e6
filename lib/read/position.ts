import type { Order } from './question.ts'

/** Where an event stands in an answer; `hash` is 64 bits in base 32, its order that of the bits. */
export interface Position {
  readonly timeMicros: number
  readonly stream: string
  readonly hash: string
  /** Number among the events that agree in all of the above. */
  readonly ordinal: number
}

/** Place of all events that agree in time, stream and hash. */
export type Place = Omit<Position, 'ordinal'>

/** Negative when `a` comes before `b` in an ascending answer. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.timeMicros !== b.timeMicros) return a.timeMicros - b.timeMicros
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1
  const aHash = a.hash
  const bHash = b.hash
  return aHash === bHash ? 0 : aHash < bHash ? -1 : 1
}

/** 1 when later events come later in the answer, -1 when they come first. */
export function signOf(order: Order): 1 | -1 {
  return order === 'asc' ? 1 : -1
}

/** The position that precedes all events of this place. */
export function beginningOf(place: Place, order: Order): Position {
  const { timeMicros, stream, hash } = place
  return { timeMicros, stream, hash, ordinal: order === 'asc' ? -1 : Infinity }
}

/** The position that precedes all events from this time on, in the order of the answer. */
export function beforeTime(timeMicros: number, order: Order): Position {
  // No stream has an empty name: this precedes what has the time, and what has it precedes this.
  return {
    timeMicros: order === 'asc' ? timeMicros : timeMicros + 1,
    stream: '',
    hash: '',
    ordinal: 0,
  }
}

/** The one that comes last in the answer. */
export function furthest(
  positions: readonly (Position | undefined)[],
  order: Order,
): Position | undefined {
  const known = positions.filter(each => each !== undefined)
  return known.reduce<Position | undefined>(
    (far, each) => (far && signOf(order) * comparePlaces(each, far) < 0 ? far : each),
    undefined,
  )
}
