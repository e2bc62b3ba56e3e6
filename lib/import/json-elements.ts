import { ArchiveError } from '../core/errors.ts'

/** One object of a JSON document. */
export interface Element {
  /** As it stands in the file, line feeds replaced by spaces. */
  readonly bytes: Buffer
  /** Line where it begins, one-based. */
  readonly number: number
  /** Set when it passed the limit: its length; `bytes` is empty then. */
  readonly tooLongBytes?: number
}

/** How a document begins: everything up to its first element. Matched against Latin-1 text. */
export type Opening = RegExp

type State = 'before' | 'between' | 'element' | 'after'

const lineFeed = 0x0a
const openingBytesMax = 4096

/**
 * Finds the elements of a JSON array in a stream of chunks, without ever holding the array:
 * counts brackets outside strings. What stands around the array (`{"Records":` … `}`) is given by
 * `opening` and by the bytes that may follow it; several documents may follow each other. Whether
 * an element is valid JSON is for the caller to check. Throws `corrupt` with the offset when
 * brackets do not fit.
 */
export class ElementSplitter {
  readonly #opening: Opening | undefined
  readonly #elementBytesMax: number
  #state: State
  #offset = 0
  #line = 1
  #opened = ''
  #parts: Buffer[] = []
  #elementLine = 1
  #elementBytes = 0
  #scan = startOfElement

  /** Without an opening the document is a sequence of objects with white space between them. */
  constructor(opening: Opening | undefined, elementBytesMax: number) {
    this.#opening = opening
    this.#state = opening ? 'before' : 'between'
    this.#elementBytesMax = elementBytesMax
  }

  *push(chunk: Buffer): Generator<Element> {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'element') {
        const { end, scan } = scanElement(chunk, at, this.#scan)
        this.#keep(chunk.subarray(at, end))
        this.#scan = scan
        at = end
        if (scan.done) yield this.#finish()
      } else {
        this.#outside(chunk[at]!, this.#offset + at)
        // An element's first byte is scanned with the rest of it.
        if ((this.#state as State) !== 'element') at++
      }
    }
    this.#offset += chunk.length
  }

  /** Throws `corrupt` when the document is not complete. */
  end(): void {
    const complete = this.#state === (this.#opening ? 'after' : 'between')
    const blank = this.#state === 'before' && this.#opened.trim() === ''
    if (!complete && !blank) this.#fail(this.#offset, 'the JSON ends too early')
  }

  /** Line of the element that is not finished, if one was begun. */
  get unfinishedLine(): number | undefined {
    return this.#state === 'element' ? this.#elementLine : undefined
  }

  /** One byte between elements. */
  #outside(byte: number, offset: number): void {
    if (byte === lineFeed) this.#line++
    const space = byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09
    if (this.#state === 'before' || (this.#state === 'after' && byte !== 0x7d && !space)) {
      this.#open(byte, offset)
    } else if (this.#state === 'between' && !space && byte !== 0x2c) {
      if (byte === 0x5d && this.#opening) this.#state = 'after'
      else if (byte === 0x5d || byte === 0x7d) this.#fail(offset, 'a bracket closes nothing')
      else this.#begin()
    }
  }

  #open(byte: number, offset: number): void {
    if (this.#state === 'after') this.#opened = ''
    this.#state = 'before'
    this.#opened += String.fromCharCode(byte)
    if (this.#opening!.test(this.#opened)) this.#state = 'between'
    else if (this.#opened.length > openingBytesMax) this.#fail(offset, 'no array begins here')
  }

  #begin(): void {
    this.#state = 'element'
    this.#elementLine = this.#line
    this.#elementBytes = 0
    this.#parts = []
    this.#scan = startOfElement
  }

  #keep(part: Buffer): void {
    this.#elementBytes += part.length
    for (let at = part.indexOf(lineFeed); at >= 0; at = part.indexOf(lineFeed, at + 1)) this.#line++
    if (this.#elementBytes <= this.#elementBytesMax) this.#parts.push(part)
    else this.#parts = []
  }

  #finish(): Element {
    this.#state = 'between'
    const number = this.#elementLine
    if (this.#elementBytes > this.#elementBytesMax) {
      return { bytes: Buffer.alloc(0), number, tooLongBytes: this.#elementBytes }
    }
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    // Valid JSON has line feeds between its tokens only.
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] === lineFeed || bytes[at] === 0x0d) bytes[at] = 0x20
    }
    return { bytes, number }
  }

  #fail(offset: number, what: string): never {
    throw new ArchiveError('corrupt', `byte ${offset}, line ${this.#line}: ${what}`)
  }
}

/** Where the scan of an element stands. */
interface Scan {
  readonly depth: number
  readonly inString: boolean
  readonly escaped: boolean
  /** A number or a word: ends before the byte that follows it. */
  readonly bare: boolean
  readonly done: boolean
}

const startOfElement: Scan = {
  depth: 0,
  inString: false,
  escaped: false,
  bare: false,
  done: false,
}

/** Goes on to the end of the element or of the chunk; returns where it stopped. */
function scanElement(chunk: Buffer, start: number, from: Scan): { end: number; scan: Scan } {
  let { depth, inString, escaped, bare } = from
  let at = start
  let done = false
  while (at < chunk.length && !done) {
    const byte = chunk[at++]!
    if (inString) {
      if (escaped) escaped = false
      else if (byte === 0x5c) escaped = true
      else if (byte === 0x22) {
        inString = false
        done = depth === 0
      }
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) depth++
    else if (depth > 0) {
      if (byte === 0x7d || byte === 0x5d) done = --depth === 0
    } else if (bare && endsBare(byte)) {
      at--
      done = true
    } else bare = true
  }
  return { end: at, scan: { depth, inString, escaped, bare, done } }
}

function endsBare(byte: number): boolean {
  return byte <= 0x20 || byte === 0x2c || byte === 0x5d || byte === 0x7d
}
