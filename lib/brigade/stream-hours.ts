import { LineWalker } from '../bucket/line.ts'
import { hourMicros } from './periods.ts'

/** Bytes of lines that one stream has in one hour since 1970. */
export interface StreamHour {
  readonly stream: string
  readonly hour: number
  readonly sizeBytes: number
}

const newline = 0x0a

/** Where a line lies, newline included, and what it counts for. */
interface Place {
  readonly start: number
  readonly end: number
  readonly stream: string
  readonly hour: number
}

/**
 * What a sorted frame holds of each stream and hour, in pieces. What lies between two lines of one
 * stream and hour belongs to them too, so that few lines are looked at: a piece is halved until its
 * first and last line agree. Throws `corrupt`.
 */
export function streamHours(frame: Buffer): StreamHour[] {
  if (frame.length === 0) return []
  const found: StreamHour[] = []
  const pieces = [[placeAt(frame, 0), placeAt(frame, frame.length - 1)] as const]
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    const [first, last] = piece
    if (first.stream === last.stream && first.hour === last.hour) {
      const { stream, hour, start } = first
      found.push({ stream, hour, sizeBytes: last.end - start })
      continue
    }
    const middle = placeAt(frame, (first.end + last.start) >>> 1)
    // The middle line opens the second half when it is the last, else it closes the first.
    const isLast = middle.start === last.start
    pieces.push([first, isLast ? placeAt(frame, last.start - 1) : middle])
    pieces.push([isLast ? last : placeAt(frame, middle.end), last])
  }
  return found
}

/** The line that this byte belongs to. */
function placeAt(frame: Buffer, at: number): Place {
  const start = at === 0 ? 0 : frame.lastIndexOf(newline, at - 1) + 1
  const line = new LineWalker(frame)
  line.readAt(start, frame.indexOf(newline, at))
  const hour = Math.floor(line.timeMicros / hourMicros)
  return { start, end: line.end + 1, stream: line.stream, hour }
}
