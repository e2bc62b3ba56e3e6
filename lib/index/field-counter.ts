import { parseString } from '../query/leaf-walk.ts'
import {
  hasNulls,
  hasNumbers,
  hasNumericStrings,
  hasStrings,
  isListed,
  isMultiple,
  kindOf,
  mayBeNumeric,
} from './field-kinds.ts'
import { readDouble } from './read-double.ts'

/** Values of a field that a frame lists; with more, or a longer one, it lists none. */
export const listedMax = 64
export const listedBytesMax = 64

const slotsMask = 2 * listedMax - 1
const backslash = 0x5c

/** Counts the values of one field in one frame, or their range where they are many. */
export class FieldCounter {
  /** Bits of `field-kinds.ts`. */
  kinds = isListed
  /** Events that have a leaf that is not null. */
  eventCount = 0
  /** Of all numbers, rounded to doubles; as long as values are listed it is left as it is. */
  low = Infinity
  high = -Infinity
  valueCount = 0
  readonly #bytes = Buffer.allocUnsafe(listedMax * listedBytesMax)
  readonly #lengths = new Uint8Array(listedMax)
  readonly #counts = new Uint32Array(listedMax)
  readonly #lastEvents = new Uint32Array(listedMax)
  readonly #hashes = new Int32Array(listedMax)
  /** One more than the value's position; 0 is an empty slot. */
  readonly #slots = new Uint8Array(slotsMask + 1)
  #lastEvent = -1

  /** Values are valid until the counter is used for another frame. */
  value(position: number): Buffer {
    const start = position * listedBytesMax
    return this.#bytes.subarray(start, start + this.#lengths[position]!)
  }

  /** Events that have this value. */
  count(position: number): number {
    return this.#counts[position]!
  }

  clear(): void {
    this.kinds = isListed
    this.eventCount = 0
    this.low = Infinity
    this.high = -Infinity
    this.valueCount = 0
    this.#slots.fill(0)
    this.#lastEvent = -1
  }

  /** A leaf of this event, as JSON text at [start, end). Events come in ascending order. */
  add(event: number, bytes: Buffer, start: number, end: number): void {
    const kind = kindOf(bytes[start]!)
    this.kinds |= kind
    if (kind === hasNulls) return
    if (this.#lastEvent === event) this.kinds |= isMultiple
    else {
      this.#lastEvent = event
      this.eventCount++
    }
    if ((this.kinds & isListed) !== 0) this.#list(event, bytes, start, end)
    else this.#widen(kind, bytes, start, end)
  }

  #list(event: number, bytes: Buffer, start: number, end: number): void {
    if (end - start > listedBytesMax) {
      this.#leaveOut(bytes, start, end)
      return
    }
    let hash = end - start
    let isEscaped = false
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (byte === backslash) isEscaped = true
      hash = Math.imul(hash ^ byte, 0x9e3779b1)
    }
    if (isEscaped) {
      // One spelling for equal strings. What needs a backslash in any spelling comes out the same.
      const text = JSON.stringify(parseString(bytes, start, end))
      const spelled = Buffer.from(text)
      if (!spelled.equals(bytes.subarray(start, end))) {
        this.#list(event, spelled, 0, spelled.length)
        return
      }
    }
    hash ^= hash >>> 15
    let slot = hash & slotsMask
    for (let held = this.#slots[slot]!; held !== 0; held = this.#slots[slot]!) {
      if (this.#hashes[held - 1] === hash && this.#isSame(held - 1, bytes, start, end)) {
        this.#countOnce(held - 1, event)
        return
      }
      slot = (slot + 1) & slotsMask
    }
    if (this.valueCount === listedMax) this.#leaveOut(bytes, start, end)
    else this.#insert(slot, hash, event, bytes, start, end)
  }

  /** This value does not fit: from here on there is no list. */
  #leaveOut(bytes: Buffer, start: number, end: number): void {
    this.#unlist()
    this.#widen(kindOf(bytes[start]!), bytes, start, end)
  }

  #insert(
    slot: number,
    hash: number,
    event: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const position = this.valueCount++
    this.#slots[slot] = position + 1
    this.#hashes[position] = hash
    this.#lengths[position] = end - start
    this.#counts[position] = 1
    this.#lastEvents[position] = event
    bytes.copy(this.#bytes, position * listedBytesMax, start, end)
  }

  #countOnce(position: number, event: number): void {
    if (this.#lastEvents[position] === event) return
    this.#lastEvents[position] = event
    this.#counts[position]!++
  }

  #isSame(position: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.#lengths[position] !== end - start) return false
    let held = position * listedBytesMax
    for (let at = start; at < end; at++) if (bytes[at] !== this.#bytes[held++]) return false
    return true
  }

  /** Goes over to the range of the numbers among the values so far. */
  #unlist(): void {
    this.kinds &= ~isListed
    for (let position = 0; position < this.valueCount; position++) {
      const start = position * listedBytesMax
      const kind = kindOf(this.#bytes[start]!)
      this.#widen(kind, this.#bytes, start, start + this.#lengths[position]!)
    }
    this.valueCount = 0
  }

  #widen(kind: number, bytes: Buffer, start: number, end: number): void {
    if (kind === hasNumbers) {
      const value = readDouble(bytes, start, end)
      if (value < this.low) this.low = value
      if (value > this.high) this.high = value
    } else if (kind === hasStrings && mayBeNumeric(bytes[start + 1]!)) {
      this.kinds |= hasNumericStrings
    }
  }
}
