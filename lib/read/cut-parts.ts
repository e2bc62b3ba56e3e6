import type { Settings } from '../core/settings.ts'
import type { PlannedFrame } from './plan-frames.ts'
import { type FetchRange, mergeRanges } from './ranges.ts'

/** Frames that one call of the scan function looks through, with the ranges that bring them. */
export interface Part {
  readonly ranges: readonly FetchRange[]
  /** In the order of the ranges. */
  readonly frames: readonly PlannedFrame[]
}

/**
 * Cuts a wave of frames into parts: one for each call that may be made at once, but neither too
 * small to be worth it nor too large for one call. A range is in one part; the parts come in the
 * order of their nearest frames. Pure.
 */
export function cutParts(
  frames: readonly PlannedFrame[],
  settings: Settings,
  callsMax = settings.scanCallsMax,
): Part[] {
  const { scanPartBytesMin, scanPartBytesMax, scanPartItemsMax } = settings
  const bytesOfFrames = frames.reduce((sum, frame) => sum + frame.entry.sizeBytes, 0)
  const fairBytes = Math.ceil(bytesOfFrames / Math.max(1, callsMax))
  const bytesMax = Math.min(Math.max(fairBytes, scanPartBytesMin), scanPartBytesMax)
  const rangeBytesMax = Math.min(settings.mergedRangeBytesMax, bytesMax)
  const parts: { ranges: FetchRange[]; sizeBytes: number; itemCount: number }[] = []
  for (const range of mergeRanges(frames, settings.mergeGapBytes, rangeBytesMax)) {
    const sizeBytes = range.end - range.start
    const itemCount = itemsOf(range)
    const last = parts.at(-1)
    const fits =
      last !== undefined &&
      last.sizeBytes + sizeBytes <= bytesMax &&
      last.itemCount + itemCount <= scanPartItemsMax
    if (fits) {
      last.ranges.push(range)
      last.sizeBytes += sizeBytes
      last.itemCount += itemCount
    } else parts.push({ ranges: [range], sizeBytes, itemCount })
  }
  return parts.map(({ ranges }) => partOf(ranges))
}

/** What is left of a part whose first frames are done. */
export function partAfter({ ranges }: Part, doneCount: number): Part {
  let left = doneCount
  const rest: FetchRange[] = []
  for (const range of ranges) {
    const frames = range.frames.slice(left)
    left = Math.max(0, left - range.frames.length)
    const [first] = frames
    if (first) rest.push({ ...range, start: first.entry.startByte, frames })
  }
  return partOf(rest)
}

export function bytesOfPart({ ranges }: Part): number {
  return ranges.reduce((sum, range) => sum + range.end - range.start, 0)
}

function partOf(ranges: readonly FetchRange[]): Part {
  return { ranges, frames: ranges.flatMap(range => range.frames) }
}

/** What an order grows with: frames, and the streams that are wanted of them. */
function itemsOf(range: FetchRange): number {
  return range.frames.reduce((sum, frame) => sum + 1 + (frame.wanted?.size ?? 0), 0)
}
