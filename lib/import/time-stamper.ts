import { skipSpace } from '../bytes/json.ts'
import { formatTime } from '../core/time.ts'
import type { Found, FoundEvent, RejectedPiece } from './format.ts'

/** An event ready for the archive: one line of NDJSON that holds its time. */
interface StampedEvent {
  readonly json: string | Buffer
  readonly line: number
  readonly error?: string
}

export type Stamped = StampedEvent | RejectedPiece

/**
 * Gives every event of a file its time. One that tells none takes the time of the event before
 * it; at the beginning of a file, of the first event that tells one; in a file without any, the
 * time the import first began, which is the same on every resumption.
 */
export class TimeStamper {
  readonly #importMicros: number
  readonly #heldBytesMax: number
  #previousMicros: number | undefined
  #held: Found[] = []
  #heldBytes = 0

  /** About `heldBytesMax` of events wait for the first time of the file. */
  constructor(importMicros: number, heldBytesMax: number) {
    this.#importMicros = importMicros
    this.#heldBytesMax = heldBytesMax
  }

  push(found: Found): Stamped[] {
    if (this.#previousMicros !== undefined) return [this.#stamp(found)]
    const timeMicros = 'rejected' in found ? undefined : found.timeMicros
    this.#held.push(found)
    this.#heldBytes += 100 + ('rejected' in found ? 0 : found.json.length)
    if (timeMicros !== undefined) return this.#release(timeMicros)
    return this.#heldBytes > this.#heldBytesMax ? this.end() : []
  }

  end(): Stamped[] {
    return this.#release(this.#importMicros)
  }

  #release(micros: number): Stamped[] {
    if (this.#held.length === 0) return []
    this.#previousMicros = micros
    const held = this.#held
    this.#held = []
    return held.map(found => this.#stamp(found))
  }

  #stamp(found: Found): Stamped {
    if ('rejected' in found) return found
    this.#previousMicros = found.timeMicros ?? this.#previousMicros!
    if (found.dated) return found
    return { ...found, json: withTime(found, this.#previousMicros) }
  }
}

/**
 * The object with `@time`; its other members keep their bytes. In an object as it was received it
 * goes last, because of equal names the last counts and there may be an `@time` that holds none.
 */
function withTime({ json }: FoundEvent, micros: number): string | Buffer {
  const member = `"@time":"${formatTime(micros)}"`
  if (typeof json === 'string') return `{${member},${json.slice(1)}`
  const end = json.lastIndexOf('}')
  const empty = json[skipSpace(json, json.indexOf('{') + 1, end)] === 0x7d
  return Buffer.concat([json.subarray(0, end), Buffer.from(`${empty ? '' : ','}${member}}`)])
}
