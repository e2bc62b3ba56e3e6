import type { EventFilter } from './event-filter.ts'

/** Where a line lies in the bytes; its newline is at `end`. */
export type OnMatch = (start: number, end: number) => void

const newline = 0x0a
/** Strings below 128 KiB are made and dropped several times faster by V8 than larger ones. */
const blockBytes = 100 * 1024

/**
 * Calls back for every matching line of a frame (lines that each end in a newline), in their order.
 */
export function scanLines(filter: EventFilter, bytes: Buffer, onMatch: OnMatch): void {
  if (filter.candidates) scanCandidates(filter, filter.candidates, bytes, onMatch)
  else scanAll(filter, bytes, onMatch)
}

function scanCandidates(
  filter: EventFilter,
  candidates: RegExp,
  bytes: Buffer,
  onMatch: OnMatch,
): void {
  let start = 0
  while (start < bytes.length) {
    const last = bytes.lastIndexOf(newline, Math.min(start + blockBytes, bytes.length) - 1)
    const end = last >= start ? last : lineEnd(bytes, start)
    scanBlock(filter, candidates, bytes.subarray(start, end), (lineStart, lineEnd) =>
      onMatch(start + lineStart, start + lineEnd),
    )
    start = end + 1
  }
}

function scanAll(filter: EventFilter, bytes: Buffer, onMatch: OnMatch): void {
  let start = 0
  while (start < bytes.length) {
    const end = lineEnd(bytes, start)
    if (filter.matchesAll || filter.matches(bytes, start, end)) onMatch(start, end)
    start = end + 1
  }
}

/** Looks only at lines that hold the filter's necessary text, or a `\u` that might hide it. */
function scanBlock(filter: EventFilter, candidates: RegExp, bytes: Buffer, onMatch: OnMatch): void {
  // One byte is one character, and an expression runs over these at several GB/s in either case.
  const text = bytes.toString('latin1')
  let hiding = nextOrEnd(bytes.indexOf('\\u'), bytes)
  let found = nextFound(candidates, text, 0)
  while (hiding < bytes.length || found < bytes.length) {
    const position = Math.min(hiding, found)
    const start = bytes.lastIndexOf(newline, position) + 1
    const end = lineEnd(bytes, position)
    if (filter.matches(bytes, start, end)) onMatch(start, end)
    if (hiding < end) hiding = nextOrEnd(bytes.indexOf('\\u', end), bytes)
    if (found < end) found = nextFound(candidates, text, end)
  }
}

function lineEnd(bytes: Buffer, position: number): number {
  return nextOrEnd(bytes.indexOf(newline, position), bytes)
}

function nextFound(candidates: RegExp, text: string, from: number): number {
  candidates.lastIndex = from
  return candidates.exec(text)?.index ?? text.length
}

function nextOrEnd(position: number, bytes: Buffer): number {
  return position < 0 ? bytes.length : position
}
