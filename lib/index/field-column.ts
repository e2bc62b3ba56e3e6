import { VarintReader, VarintWriter } from '../bytes/varint.ts'
import { ArchiveError } from '../core/errors.ts'
import { hasNumbers, hasValues, isEverywhere, isListed, isMultiple } from './field-kinds.ts'

/**
 * What is known of one field in some frames in a row (docs/format.md, section 11). A frame that
 * lists its values has them at [starts[frame], starts[frame + 1]) of `valueIds` and `counts`.
 */
export interface FieldColumn {
  /** JSON texts. */
  readonly values: readonly Buffer[]
  /** For each frame, bits of `field-kinds.ts`. */
  readonly kinds: Uint8Array
  /** Events that have a leaf that is not null. */
  readonly eventCounts: Float64Array
  readonly starts: Uint32Array
  readonly valueIds: Uint32Array
  /** Events that have the value. */
  readonly counts: Float64Array
  /** Of the numbers of frames that list no values; without numbers Infinity to -Infinity. */
  readonly lows: Float64Array
  readonly highs: Float64Array
}

export function encodeColumn(column: FieldColumn): Buffer {
  const out = new VarintWriter()
  out.write(column.values.length)
  for (const value of column.values) {
    out.write(value.length)
    out.writeBytes(value)
  }
  out.writeBytes(column.kinds)
  for (const [frame, kinds] of column.kinds.entries()) {
    if ((kinds & hasValues) !== 0 && (kinds & isEverywhere) === 0) {
      out.write(column.eventCounts[frame]!)
    }
  }
  writeLists(out, column)
  const ranges: number[] = []
  for (const [frame, kinds] of column.kinds.entries()) {
    if (hasRange(kinds)) ranges.push(column.lows[frame]!, column.highs[frame]!)
  }
  out.writeBytes(Buffer.from(ranges.join()))
  return Buffer.from(out.bytes())
}

function writeLists(out: VarintWriter, column: FieldColumn): void {
  const { kinds, starts, valueIds, counts } = column
  for (let frame = 0; frame < kinds.length; frame++) {
    if (!hasList(kinds[frame]!)) continue
    out.write(starts[frame + 1]! - starts[frame]!)
    let next = 0
    for (let at = starts[frame]!; at < starts[frame + 1]!; at++) {
      out.write(valueIds[at]! - next)
      next = valueIds[at]! + 1
    }
  }
  for (let frame = 0; frame < kinds.length; frame++) {
    if (!hasList(kinds[frame]!)) continue
    const end = starts[frame + 1]! - (isTold(kinds[frame]!) ? 1 : 0)
    for (let at = starts[frame]!; at < end; at++) out.write(counts[at]!)
  }
}

/** Whether the frame's last count is left out: all of them make the number of events. */
function isTold(kinds: number): boolean {
  return (kinds & isMultiple) === 0
}

function hasList(kinds: number): boolean {
  return (kinds & hasValues) !== 0 && (kinds & isListed) !== 0
}

function hasRange(kinds: number): boolean {
  return (kinds & hasNumbers) !== 0 && (kinds & isListed) === 0
}

/** `frameEvents`: how many events each frame has. Throws `corrupt`. */
export function decodeColumn(bytes: Buffer, frameEvents: Float64Array): FieldColumn {
  const input = new VarintReader(bytes)
  const frameCount = frameEvents.length
  const values = Array.from({ length: input.readCount() }, () => input.readBytes(input.read()))
  const kinds = input.readBytes(frameCount)
  const eventCounts = new Float64Array(frameCount)
  for (const [frame, each] of kinds.entries()) {
    if ((each & hasValues) === 0) continue
    eventCounts[frame] = (each & isEverywhere) === 0 ? input.read() : frameEvents[frame]!
  }
  const lists = readLists(input, kinds, values.length, eventCounts)
  return { values, kinds, eventCounts, ...lists, ...readRanges(input, kinds) }
}

function readLists(
  input: VarintReader,
  kinds: Uint8Array,
  valueCount: number,
  eventCounts: Float64Array,
) {
  const starts = new Uint32Array(kinds.length + 1)
  const ids: number[] = []
  for (let frame = 0; frame < kinds.length; frame++) {
    if (hasList(kinds[frame]!)) {
      let next = 0
      for (let left = input.readCount(); left > 0; left--) {
        next += input.read()
        if (next >= valueCount) throw new ArchiveError('corrupt', `a column has no value ${next}`)
        ids.push(next++)
      }
    }
    starts[frame + 1] = ids.length
  }
  const counts = new Float64Array(ids.length)
  for (let frame = 0; frame < kinds.length; frame++) {
    if (!hasList(kinds[frame]!)) continue
    let left = eventCounts[frame]!
    const end = starts[frame + 1]! - (isTold(kinds[frame]!) ? 1 : 0)
    for (let at = starts[frame]!; at < end; at++) {
      counts[at] = input.read()
      left -= counts[at]!
    }
    if (end < starts[frame + 1]!) counts[end] = left
  }
  return { starts, valueIds: Uint32Array.from(ids), counts }
}

function readRanges(input: VarintReader, kinds: Uint8Array) {
  const lows = new Float64Array(kinds.length).fill(Infinity)
  const highs = new Float64Array(kinds.length).fill(-Infinity)
  const bounds = input.readRest().toString('latin1').split(',')
  let at = 0
  for (const [frame, each] of kinds.entries()) {
    if (!hasRange(each)) continue
    lows[frame] = Number(bounds[at++])
    highs[frame] = Number(bounds[at++])
    // Nothing is ever ruled out by what is no number.
    if (Number.isNaN(lows[frame]) || Number.isNaN(highs[frame])) {
      throw new ArchiveError('corrupt', 'a column has a range that is none')
    }
  }
  return { lows, highs }
}

/** Of a field that none of these frames has. */
export function absentColumn(frameCount: number): FieldColumn {
  return {
    values: [],
    kinds: new Uint8Array(frameCount).fill(isListed),
    eventCounts: new Float64Array(frameCount),
    starts: new Uint32Array(frameCount + 1),
    valueIds: new Uint32Array(0),
    counts: new Float64Array(0),
    lows: new Float64Array(frameCount).fill(Infinity),
    highs: new Float64Array(frameCount).fill(-Infinity),
  }
}
