import type { LineWalker } from '../bucket/line.ts'
import { readFrame } from '../bucket/reader.ts'
import { ArchiveError } from '../core/errors.ts'
import { compileFilter, type EventFilter } from '../query/event-filter.ts'
import { requireQuery } from '../query/parse-query.ts'
import type { FrameOrder, ShownLines } from './fleet.ts'
import { scanFrame } from './scan.ts'

/** Carries out one order. Throws `corrupt` when the frame cannot be decoded. */
export function scanFrameOrder(compressed: Buffer, order: FrameOrder): ShownLines {
  const raw = readFrame(compressed, order.entry)
  const shown = new LineCopies(order.headsOnly === true && !order.isContested)
  let fault: string | undefined
  try {
    scanFrame(raw, { ...order, filter: filterOf(order.query) }, (line, isMatch) =>
      shown.add(line, isMatch),
    )
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
    fault = error.message
  }
  return { ...shown.finish(), fault }
}

let lastQuery: string | undefined
let lastFilter: EventFilter | undefined

/** The frames of one question mostly follow each other. */
function filterOf(query: string): EventFilter {
  if (query !== lastQuery || !lastFilter) {
    lastFilter = compileFilter(requireQuery(query))
    lastQuery = query
  }
  return lastFilter
}

const newline = 0x0a

const closingBrace = 0x7d

class LineCopies {
  readonly #headsOnly: boolean
  #lines = Buffer.allocUnsafeSlow(4096)
  #sizeBytes = 0
  readonly #matches: number[] = []
  #missCount = 0

  constructor(headsOnly: boolean) {
    this.#headsOnly = headsOnly
  }

  add(line: LineWalker, isMatch: boolean): void {
    this.#makeRoom(this.#sizeBytes + line.end - line.start + 2)
    const end = this.#headsOnly ? line.restStart : line.end
    this.#sizeBytes += line.bytes.copy(this.#lines, this.#sizeBytes, line.start, end)
    if (this.#headsOnly) this.#lines[this.#sizeBytes++] = closingBrace
    this.#lines[this.#sizeBytes++] = newline
    this.#matches.push(isMatch ? 1 : 0)
    if (!isMatch) this.#missCount++
  }

  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#lines.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, 2 * this.#lines.length))
    this.#lines.copy(larger, 0, 0, this.#sizeBytes)
    this.#lines = larger
  }

  finish(): Omit<ShownLines, 'fault'> {
    const matches = this.#missCount > 0 ? Uint8Array.from(this.#matches) : undefined
    return { lines: this.#lines.subarray(0, this.#sizeBytes), matches }
  }
}
