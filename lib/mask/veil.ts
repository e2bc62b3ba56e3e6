import { LineWalker } from '../bucket/line.ts'
import { isGlob } from '../core/glob.ts'
import { holdsAll, mayHoldSome, type StreamExtent } from '../core/stream-extent.ts'
import { scanLines } from '../query/scan-lines.ts'
import type { HiddenSelection, Hiding } from './hiding.ts'
import { maskTestOf } from './mask-test.ts'

/**
 * What a catalog hides of the lines of an object: plain data that can travel to another thread.
 * Lines are hidden before copies of an event are told apart, in reads as in rewrites, so that no
 * answer changes when a rewrite takes the lines away.
 */
export interface Veil {
  readonly masks: readonly HiddenSelection[]
}

/** Where the events of an object lie; both ends included. */
export interface Extent extends StreamExtent {
  readonly firstMicros: number
  readonly lastMicros: number
  /** Whether it may hold a stream; absent: as `streams` says. */
  readonly mayHold?: (stream: string) => boolean
}

/** What may hide lines of a run with this `maskSeq`, or of the tail (-1). */
export function masksAbove(hidings: readonly Hiding[], maskSeq: number): readonly Hiding[] {
  return hidings.length === 0 ? hidings : hidings.filter(hiding => hiding.seq > maskSeq)
}

/** What these hide of an object; `undefined`: surely nothing. */
export function veilOf(hidings: readonly Hiding[], extent: Extent): Veil | undefined {
  if (hidings.length === 0) return undefined
  const touching = hidings.filter(hiding => mayTouch(hiding.selection, extent))
  return touching.length === 0 ? undefined : { masks: touching.map(mask => mask.selection) }
}

/** Whether an object may hold selected events; wrong only by saying yes. */
export function mayTouch(selection: HiddenSelection, extent: Extent): boolean {
  const { stream, except = [], startMicros = 0, endMicros = Infinity } = selection
  if (extent.firstMicros >= endMicros || extent.lastMicros < startMicros) return false
  if (stream === undefined) return true
  if (extent.mayHold && !isGlob(stream)) return extent.mayHold(stream)
  return mayHoldSome({ pattern: stream, except }, extent)
}

/** Whether all lines of an object are hidden; wrong only by saying no. */
export function hidesAll({ masks }: Veil, extent: Extent): boolean {
  return masks.some(({ stream, except = [], startMicros = 0, endMicros = Infinity, query }) => {
    if (query !== undefined) return false
    if (extent.firstMicros < startMicros || extent.lastMicros >= endMicros) return false
    return stream === undefined || holdsAll({ pattern: stream, except }, extent)
  })
}

/** Whether the line at hand is hidden. */
export function isHidden({ masks }: Veil, line: LineWalker): boolean {
  return masks.some(selection => {
    const { isWithin, filter } = maskTestOf(selection)
    if (!isWithin(line)) return false
    return filter.matchesAll || filter.matches(line.bytes, line.start, line.end)
  })
}

/** The lines of a frame that are not hidden; the frame itself when none is. Throws `corrupt`. */
export function withoutHidden(frame: Buffer, veil: Veil | undefined): Buffer {
  const hidden = veil ? hiddenStarts(frame, veil) : []
  if (hidden.length === 0) return frame
  const kept: Buffer[] = []
  const line = new LineWalker(frame)
  let keptFrom = 0
  for (const start of hidden) {
    if (start < keptFrom) continue
    kept.push(frame.subarray(keptFrom, start))
    line.end = start - 1
    line.next()
    keptFrom = line.end + 1
  }
  return Buffer.concat([...kept, frame.subarray(keptFrom)])
}

/** Where the hidden lines begin, ascending; a line that two masks hide may stand there twice. */
function hiddenStarts(frame: Buffer, { masks }: Veil): number[] {
  const line = new LineWalker(frame)
  const starts: number[] = []
  for (const selection of masks) {
    const { isWithin, filter } = maskTestOf(selection)
    scanLines(filter, frame, (start, end) => {
      line.readAt(start, end)
      if (isWithin(line)) starts.push(start)
    })
  }
  return starts.sort((a, b) => a - b)
}
