import type { StoredFrame } from '../bucket/reader.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Veil } from '../mask/veil.ts'

/** Of order and reply. A caller and a function of different versions do without each other. */
export const partVersion = 1

/** A frame of a part. */
export interface PartFrame {
  readonly entry: StoredFrame
  readonly wanted: ReadonlySet<string> | undefined
  readonly isContested: boolean
  readonly veil?: Veil | undefined
}

/** Bytes of one object that one GET brings, and the frames in them. */
export interface PartRange {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly frames: readonly PartFrame[]
}

/** What one call of the scan function is asked: to look these frames through, in this order. */
export interface PartOrder {
  readonly query: string
  /** Half-open; the end may be Infinity. */
  readonly startMicros: number
  readonly endMicros: number
  /** Of lines of frames that are not contested only time and stream are wanted. */
  readonly headsOnly: boolean
  /** How long it may take; what is not done by then is left. */
  readonly millisMax: number
  readonly ranges: readonly PartRange[]
}

/** `[startByte, sizeBytes, rawBytes, checksum, isContested, veil, streams]` */
type FrameRow = readonly [number, number, number, number, 0 | 1, number, (readonly number[])?]

/** The order as JSON has it. */
export interface OrderJson
  extends Pick<PartOrder, 'query' | 'startMicros' | 'headsOnly' | 'millisMax'> {
  readonly version: number
  /** JSON has no Infinity. */
  readonly endMicros: number | null
  /** Each once, as many frames want the same. */
  readonly streams: readonly string[]
  readonly veils: readonly Veil[]
  readonly ranges: readonly {
    readonly key: string
    readonly start: number
    readonly end: number
    readonly frames: readonly FrameRow[]
  }[]
}

/** The order as JSON. */
export function encodeOrder(order: PartOrder): string {
  const streams = new Numbers<string>()
  const veils = new Numbers<Veil>()
  const rowOf = ({ entry, wanted, isContested, veil }: PartFrame): FrameRow => {
    const { startByte, sizeBytes, rawBytes, checksum } = entry
    const flag = isContested ? 1 : 0
    const veilNumber = veil ? veils.of(veil) : -1
    const numbers = wanted && [...wanted].map(stream => streams.of(stream))
    const row = [startByte, sizeBytes, rawBytes, checksum, flag, veilNumber] as const
    return numbers ? [...row, numbers] : row
  }
  const ranges = order.ranges.map(range => ({ ...range, frames: range.frames.map(rowOf) }))
  const json: OrderJson = {
    ...order,
    version: partVersion,
    endMicros: order.endMicros === Infinity ? null : order.endMicros,
    ranges,
    streams: streams.items,
    veils: veils.items,
  }
  return JSON.stringify(json)
}

/** Throws `invalid` for an order of another version. */
export function decodeOrder(json: OrderJson): PartOrder {
  if (json.version !== partVersion) {
    const detail = `a part of version ${json.version} is ordered, expected ${partVersion}`
    throw new ArchiveError('invalid', detail)
  }
  const { streams, veils, query, startMicros, endMicros, headsOnly, millisMax } = json
  const frameOf = ([
    startByte,
    sizeBytes,
    rawBytes,
    checksum,
    isContested,
    veil,
    wanted,
  ]: FrameRow) => ({
    entry: { startByte, sizeBytes, rawBytes, checksum },
    isContested: isContested === 1,
    veil: veils[veil],
    wanted: wanted && new Set(wanted.map(number => streams[number]!)),
  })
  return {
    ...{ query, startMicros, headsOnly, millisMax },
    endMicros: endMicros ?? Infinity,
    ranges: json.ranges.map(range => ({ ...range, frames: range.frames.map(frameOf) })),
  }
}

/** Numbers things as they come. */
class Numbers<T> {
  readonly items: T[] = []
  readonly #numbers = new Map<T, number>()

  of(item: T): number {
    let number = this.#numbers.get(item)
    if (number === undefined) {
      number = this.items.push(item) - 1
      this.#numbers.set(item, number)
    }
    return number
  }
}
