import { type Line, LineSplitter } from '../lines.ts'

/** One record of a CSV file, which may hold line feeds within quotes. */
export interface CsvRecord extends Line {
  /** Why this is a line kept alone and no record. */
  readonly fault?: string
}

const quote = 0x22
const newline = Buffer.from('\n')

/**
 * Cuts chunks into records: a record ends with a line up to which the number of quotes is even. A
 * quote that is never closed would swallow the rest of the file: when the file ends, or
 * `bytesMax` is passed, the line it stands in is a fault and the records begin again on the next
 * line.
 */
export class CsvRecordSplitter {
  readonly #lines: LineSplitter
  readonly #bytesMax: number
  #held: Line[] = []
  #heldBytes = 0

  constructor(bytesMax: number) {
    this.#lines = new LineSplitter(bytesMax)
    this.#bytesMax = bytesMax
  }

  push(chunk: Buffer): CsvRecord[] {
    return this.#lines.push(chunk).flatMap(line => this.#add(line))
  }

  end(): CsvRecord[] {
    const last = this.#lines.end()
    const records = last ? this.#add(last) : []
    while (this.#held.length > 0) records.push(...this.#giveUp())
    return records
  }

  #add(line: Line): CsvRecord[] {
    const records: CsvRecord[] = []
    const passesLimit = this.#heldBytes + line.bytes.length > this.#bytesMax
    if (passesLimit || line.tooLongBytes !== undefined) {
      while (this.#held.length > 0) records.push(...this.#giveUp())
    }
    if (line.tooLongBytes !== undefined) return [...records, line]
    const open = this.#held.length > 0
    const closed = hasOddQuotes(line.bytes) === open
    this.#held.push(line)
    this.#heldBytes += line.bytes.length + 1
    if (closed) records.push(this.#finish())
    return records
  }

  #finish(): CsvRecord {
    const lines = this.#take()
    const parts = lines.flatMap(line => [line.bytes, newline]).slice(0, -1)
    return {
      number: lines[0]!.number,
      bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
    }
  }

  /** The first held line alone, and what the others are without it. */
  #giveUp(): CsvRecord[] {
    const [first, ...others] = this.#take()
    const fault = 'a quote is opened and not closed'
    return [{ ...first!, fault }, ...others.flatMap(line => this.#add(line))]
  }

  #take(): Line[] {
    const lines = this.#held
    this.#held = []
    this.#heldBytes = 0
    return lines
  }
}

function hasOddQuotes(bytes: Buffer): boolean {
  let odd = false
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) odd = !odd
  return odd
}

/** The values of one record; `undefined` when a quote stands where none may. */
export function splitCsvFields(text: string, separator: string): string[] | undefined {
  const values: string[] = []
  let at = 0
  for (;;) {
    let end: number
    if (text[at] === '"') {
      end = closingQuote(text, at)
      if (end < 0 || (end < text.length && text[end] !== separator)) return undefined
      values.push(text.slice(at + 1, end - 1).replaceAll('""', '"'))
    } else {
      end = text.indexOf(separator, at)
      if (end < 0) end = text.length
      values.push(text.slice(at, end))
    }
    if (end >= text.length) return values
    at = end + 1
  }
}

/** Position after the quote that closes the one at `start`, or -1. */
function closingQuote(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    at = text.indexOf('"', at)
    if (at < 0) return -1
    if (text[at + 1] !== '"') return at + 1
    at += 2
  }
}
