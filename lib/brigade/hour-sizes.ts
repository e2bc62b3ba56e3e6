import { LineWalker } from '../bucket/line.ts'
import { hourMicros } from './periods.ts'

const newline = 0x0a

/** Where a line lies, newline included, and what it counts for. */
interface Place {
  readonly start: number
  readonly end: number
  readonly stream: string
  readonly hour: number
}

/**
 * Tells how many bytes of lines a sorted frame holds of each stream and hour since 1970. What lies
 * between two lines of one stream and hour belongs to them too, so that few lines are looked at: a
 * piece is halved until its first and last line agree. Throws `corrupt`.
 */
export function forEachHour(
  frame: Buffer,
  visit: (stream: string, hour: number, sizeBytes: number) => void,
): void {
  if (frame.length === 0) return
  const pieces = [[placeAt(frame, 0), placeAt(frame, frame.length - 1)] as const]
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    const [first, last] = piece
    if (first.stream === last.stream && first.hour === last.hour) {
      visit(first.stream, first.hour, last.end - first.start)
      continue
    }
    const middle = placeAt(frame, (first.end + last.start) >>> 1)
    const next = middle.start === last.start ? last : placeAt(frame, middle.end)
    // The middle line opens the second half when it is the last, else it closes the first.
    const closing = middle.start === last.start ? placeAt(frame, last.start - 1) : middle
    pieces.push([first, closing], [next, last])
  }
}

/** The line that this byte belongs to. */
function placeAt(frame: Buffer, at: number): Place {
  const start = at === 0 ? 0 : frame.lastIndexOf(newline, at - 1) + 1
  const line = new LineWalker(frame)
  line.readAt(start, frame.indexOf(newline, at))
  const hour = Math.floor(line.timeMicros / hourMicros)
  return { start, end: line.end + 1, stream: line.stream, hour }
}
