import type { EventFilter } from './event-filter.ts'
import type { TextSearch } from './text-search.ts'

/** Where a line lies in the bytes; its newline is at `end`. */
export type OnMatch = (start: number, end: number) => void

const newline = 0x0a
/** Bytes searched at a time: they stay in the processor's cache. */
const blockBytes = 256 * 1024

/**
 * Calls back for every matching line of a frame (lines that each end in a newline), in their order.
 */
export function scanLines(filter: EventFilter, bytes: Buffer, onMatch: OnMatch): void {
  if (filter.search) scanCandidates(filter, filter.search, bytes, onMatch)
  else scanAll(filter, bytes, onMatch)
}

/** Looks only at lines that hold a text the filter needs. */
function scanCandidates(
  filter: EventFilter,
  search: TextSearch,
  bytes: Buffer,
  onMatch: OnMatch,
): void {
  let blockStart = 0
  while (blockStart < bytes.length) {
    const last = bytes.lastIndexOf(newline, Math.min(blockStart + blockBytes, bytes.length) - 1)
    const blockEnd = last >= blockStart ? last : lineEnd(bytes, blockStart)
    search.load(bytes.subarray(blockStart, blockEnd))
    let at = blockStart + search.next(0)
    while (at < blockEnd) {
      const start = bytes.lastIndexOf(newline, at) + 1
      const end = lineEnd(bytes, at)
      if (filter.matches(bytes, start, end)) onMatch(start, end)
      at = end < blockEnd ? blockStart + search.next(end - blockStart) : blockEnd
    }
    blockStart = blockEnd + 1
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

function lineEnd(bytes: Buffer, position: number): number {
  const found = bytes.indexOf(newline, position)
  return found < 0 ? bytes.length : found
}
