import type { Source } from './plan.ts'
import type { PlannedFrame } from './plan-frames.ts'
import { signOf } from './position.ts'
import type { Order } from './question.ts'

/** What to fetch next: objects to open first, else frames. */
export interface Wave {
  readonly sources: readonly Source[]
  readonly frames: readonly PlannedFrame[]
}

export interface WaveLimits {
  /** Frames looked at. */
  readonly framesMax: number
  /** Their stored bytes; the last of them may pass it. */
  readonly frameBytesMax: number
  /** Objects opened at once, and the bytes fetched for it: small ones are fetched whole. */
  readonly sourcesMax: number
  readonly sourceBytesMax: number
  readonly openingBytes: (source: Source) => number
  /** Whether the index of this key was asked: if not, one request tells of all its objects. */
  readonly isAsked: (key: string) => boolean
  /** Frames that are enough to open objects for: one that may hold an event mostly does. */
  readonly framesWanted: number
  /** How many frames of an object may hold one, as far as its index was asked. */
  readonly candidatesOf: (source: Source) => number
  /** Events that are enough; frames that overlap those which have them are taken along. */
  readonly eventsWanted: number
  /** Times from which on nothing is wanted. */
  readonly isBeyond: (micros: number) => boolean
}

export type Item = PlannedFrame | Source

/**
 * What is still to be visited, nearest first: objects not yet opened, and frames. An item's near
 * end is the time at which its events may begin in the order of the answer. Pure data, no I/O.
 */
export class Agenda {
  readonly #sign: 1 | -1
  #items: Item[]
  /** Items before this are done. */
  #done = 0

  constructor(order: Order, sources: readonly Source[]) {
    this.#sign = signOf(order)
    this.#items = [...sources]
    this.#sort()
  }

  #sort(): void {
    this.#items.sort(
      (a, b) =>
        this.#sign * (this.nearMicros(a) - this.nearMicros(b)) ||
        (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : positionOf(a) - positionOf(b)),
    )
  }

  nearMicros(item: Item): number {
    return this.#sign === 1 ? item.firstMicros : item.lastMicros
  }

  #farMicros(item: Item): number {
    return this.#sign === 1 ? item.lastMicros : item.firstMicros
  }

  /** The nearest item. */
  first(): Item | undefined {
    return this.#items[this.#done]
  }

  /** Whether frames that were found so far have this many stored bytes. */
  hasFrames(sizeBytes: number): boolean {
    let leftBytes = sizeBytes
    for (let i = this.#done; i < this.#items.length && leftBytes > 0; i++) {
      const item = this.#items[i]!
      if (isFrame(item)) leftBytes -= item.entry.sizeBytes
    }
    return leftBytes <= 0
  }

  /** The nearest item is done. */
  removeFirst(): void {
    this.#done++
  }

  /** Objects were opened; these frames and objects came out of them. */
  replace(sources: readonly Source[], found: readonly Item[]): void {
    const opened = new Set<Item>(sources)
    const rest = this.#items.slice(this.#done).filter(item => !opened.has(item))
    this.#items = [...rest, ...found]
    this.#done = 0
    this.#sort()
  }

  /** What should be fetched now, besides the frames under way. */
  choose(underWay: ReadonlyMap<PlannedFrame, unknown>, limits: WaveLimits): Wave {
    const frames: PlannedFrame[] = []
    let eventCount = 0
    let leftBytes = limits.frameBytesMax
    let farMicros = this.#sign * -Infinity
    for (let i = this.#done; i < this.#items.length; i++) {
      if (frames.length >= limits.framesMax || leftBytes <= 0) break
      const item = this.#items[i]!
      const near = this.nearMicros(item)
      if (limits.isBeyond(near)) break
      if (eventCount >= limits.eventsWanted && this.#sign * (near - farMicros) > 0) break
      if (!isFrame(item)) {
        // Where streams go on in the next frame, more is in these than is sure.
        if (Math.max(eventCount, frames.length) > limits.eventsWanted / 2) break
        return { sources: this.#sources(i, limits), frames: [] }
      }
      if (underWay.has(item)) continue
      frames.push(item)
      leftBytes -= item.entry.sizeBytes
      eventCount += item.eventCount
      const far = this.#farMicros(item)
      if (this.#sign * (far - farMicros) > 0) farMicros = far
    }
    return { sources: [], frames }
  }

  /** The nearest objects, and with them all others of the indexes that are asked for them. */
  #sources(start: number, limits: WaveLimits): Source[] {
    const asked = new Set<string>()
    const sources: Source[] = []
    let leftCount = limits.sourcesMax
    let leftBytes = limits.sourceBytesMax
    let foundFrames = 0
    for (let i = start; i < this.#items.length; i++) {
      const item = this.#items[i]!
      if (isFrame(item)) continue
      if (limits.isBeyond(this.nearMicros(item))) break
      const key = item.index?.ref.key
      const isCounted = key === undefined || !asked.has(key)
      if (isCounted) {
        leftBytes -= limits.openingBytes(item)
        const isEnough = leftCount === 0 || foundFrames >= limits.framesWanted
        if (sources.length > 0 && (isEnough || leftBytes < 0)) {
          if (asked.size === 0) break
          leftCount = 0
          continue
        }
        leftCount--
      }
      foundFrames += limits.candidatesOf(item)
      sources.push(item)
      if (key !== undefined && !limits.isAsked(key)) asked.add(key)
    }
    return sources
  }
}

/** As many of the first of these as may be opened at once, no more than have what is wanted. */
export function firstSources(sources: readonly Source[], limits: WaveLimits): readonly Source[] {
  let leftBytes = limits.sourceBytesMax
  let foundFrames = 0
  const end = sources.findIndex((source, i) => {
    leftBytes -= limits.openingBytes(source)
    const isEnough = i === limits.sourcesMax || foundFrames >= limits.framesWanted
    foundFrames += limits.candidatesOf(source)
    return i > 0 && (isEnough || leftBytes < 0)
  })
  return end < 0 ? sources : sources.slice(0, end)
}

export function isFrame(item: Item): item is PlannedFrame {
  return 'source' in item
}

function keyOf(item: Item): string {
  return isFrame(item) ? item.source.key : item.key
}

function positionOf(item: Item): number {
  return isFrame(item) ? item.position : -1
}
