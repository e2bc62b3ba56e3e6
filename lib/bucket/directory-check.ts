import type { Directory, FrameEntry, StreamEntry } from './directory.ts'
import { compareLines, LineWalker, sameEvent } from './line.ts'

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/**
 * Compares what a directory says with the lines of its bucket: their order, and for every frame and
 * stream how many events there are and in which span of time. Frames come in order; one that cannot
 * be read is left out, and then streams and totals are not compared.
 */
export class DirectoryCheck {
  readonly #directory: Directory
  /** The last line before this frame. */
  readonly #last: LineWalker
  #hasLast: boolean
  readonly #streams: Writable<StreamEntry>[] = []
  #framesSeen = 0

  /** `before`: of the bucket that precedes this one in its run. */
  constructor(directory: Directory, before?: DirectoryCheck) {
    this.#directory = directory
    this.#last = before ? before.#last : new LineWalker(Buffer.alloc(0))
    this.#hasLast = before ? before.#hasLast : false
  }

  /** What the lines of a frame contradict. Throws `corrupt` for bytes that are no lines. */
  frameFaults(position: number, raw: Buffer): string[] {
    const entry = this.#directory.frames[position]!
    const faults: string[] = []
    const line = new LineWalker(raw)
    const found = { eventCount: 0, idCount: 0, firstMicros: Infinity, lastMicros: 0 }
    let [unordered, repeated, firstStream] = [0, 0, '']
    while (line.next()) {
      if (found.eventCount === 0) firstStream = line.stream
      if (this.#hasLast && compareLines(this.#last, line) > 0) unordered++
      if (this.#hasLast && sameEvent(this.#last, line)) repeated++
      this.#last.follow(line)
      this.#hasLast = true
      found.eventCount++
      if (line.hasId) found.idCount++
      found.firstMicros = Math.min(found.firstMicros, line.timeMicros)
      found.lastMicros = Math.max(found.lastMicros, line.timeMicros)
      this.#noteStream(line, position)
    }
    this.#framesSeen++
    if (unordered > 0) faults.push(`${unordered} lines come before the one they follow`)
    if (repeated > 0) faults.push(`${repeated} events are the one they follow`)
    const named = this.#directory.streams[entry.firstStream]?.stream
    if (named !== firstStream) faults.push(`first stream is ${firstStream}, expected ${named}`)
    return [...faults, ...differences(found, entry)]
  }

  #noteStream({ stream, timeMicros }: LineWalker, position: number): void {
    const last = this.#streams.at(-1)
    if (last?.stream === stream) {
      last.lastFrame = position
      last.eventCount++
      last.lastMicros = timeMicros
      return
    }
    const span = { firstMicros: timeMicros, lastMicros: timeMicros }
    this.#streams.push({
      stream,
      firstFrame: position,
      lastFrame: position,
      eventCount: 1,
      ...span,
    })
  }

  /** What all lines together contradict. */
  wholeFaults(): string[] {
    const { frames, streams, ...whole } = this.#directory
    const faults = differences(sumOf(frames), whole)
    if (this.#framesSeen < frames.length) return faults
    if (streams.length !== this.#streams.length) {
      return [...faults, `${this.#streams.length} streams, expected ${streams.length}`]
    }
    for (const [i, found] of this.#streams.entries()) {
      const of = (fault: string) => `stream ${found.stream}: ${fault}`
      faults.push(...differences(found, streams[i]!).map(of))
    }
    return faults
  }
}

function sumOf(frames: readonly FrameEntry[]) {
  const sum = { eventCount: 0, idCount: 0, rawBytes: 0, firstMicros: Infinity, lastMicros: 0 }
  for (const frame of frames) {
    sum.eventCount += frame.eventCount
    sum.idCount += frame.idCount
    sum.rawBytes += frame.rawBytes
    sum.firstMicros = Math.min(sum.firstMicros, frame.firstMicros)
    sum.lastMicros = Math.max(sum.lastMicros, frame.lastMicros)
  }
  return sum
}

/** Members of `found` that `expected` has otherwise, in words. */
export function differences<T extends object>(found: T, expected: { [Name in keyof T]: unknown }) {
  return Object.entries(found).flatMap(([name, value]) => {
    const other = expected[name as keyof T]
    return value === other ? [] : [`${name} is ${value}, expected ${other}`]
  })
}
