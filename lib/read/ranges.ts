import type { PlannedFrame } from './plan-frames.ts'

/** Bytes of one object that are fetched by one request. */
export interface FetchRange {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly frames: readonly PlannedFrame[]
}

/**
 * Frames of any objects as few ranges: frames of one object with a gap of less than `gapBytes` go
 * together, as long as the range stays within `rangeBytesMax` or holds a single frame. The ranges
 * come in the order of their first frames. Pure.
 */
export function mergeRanges(
  frames: readonly PlannedFrame[],
  gapBytes: number,
  rangeBytesMax: number,
): FetchRange[] {
  const ordered = [...frames].sort((a, b) =>
    a.source.key === b.source.key
      ? a.entry.startByte - b.entry.startByte
      : a.source.key < b.source.key
        ? -1
        : 1,
  )
  const ranges: { key: string; start: number; end: number; frames: PlannedFrame[] }[] = []
  for (const frame of ordered) {
    const start = frame.entry.startByte
    const end = start + frame.entry.sizeBytes
    const last = ranges.at(-1)
    const fits =
      last?.key === frame.source.key &&
      start - last.end < gapBytes &&
      end - last.start <= rangeBytesMax
    if (last && fits) {
      last.end = end
      last.frames.push(frame)
    } else ranges.push({ key: frame.source.key, start, end, frames: [frame] })
  }
  const turns = new Map(frames.map((frame, turn) => [frame, turn]))
  const turnOf = (range: FetchRange): number =>
    range.frames.reduce((first, frame) => Math.min(first, turns.get(frame)!), Infinity)
  return ranges.sort((a, b) => turnOf(a) - turnOf(b))
}
