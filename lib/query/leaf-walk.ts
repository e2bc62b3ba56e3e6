import { ArchiveError } from '../core/errors.ts'
import {
  backslash,
  checkDepth,
  closeBrace,
  closeBracket,
  comma,
  endOfScalar,
  endOfString,
  endOfValue,
  openBrace,
  openBracket,
  quote,
  skipBlanks,
} from './json-scan.ts'

/** What a leaf is; objects and arrays have leaves, they are none. */
export type LeafKind = 'string' | 'number' | 'literal' | 'null'

/** The leaf at hand of a walk. It is valid until the visit returns. */
export interface Leaf {
  readonly kind: LeafKind
  readonly bytes: Buffer
  /** Its JSON text; of a string without the quotation marks. */
  readonly start: number
  readonly end: number
  /** A string with a backslash in it. */
  readonly isEscaped: boolean
  /** One of the two parameters that lead every line: `@time`, `@stream`. */
  readonly isParameter: boolean
}

/** True ends the walk. */
export type Visit = (leaf: Leaf) => boolean

const point = 0x2e

/** How much of a path the names so far are; everything below a path is covered by it. */
const covered = -1
const elsewhere = -2

/**
 * Visits the leaves of stored lines (valid JSON) in their order, and knows which of some paths each
 * lies at or under. A path is compared with the names on the way to the leaf joined by points, so
 * that `{"a":{"b":1}}` and `{"a.b":1}` both have `a.b`; arrays add nothing. Without paths of
 * interest in an object it is passed over, unless all leaves are wanted.
 */
export class LeafWalk {
  readonly #paths: readonly Buffer[]
  readonly #wantsAll: boolean
  #visit: Visit = () => true
  #bytes: Buffer = Buffer.alloc(0)
  /** For each depth and path: the bytes of the path that are matched, or one of the two above. */
  #progress: Int32Array
  #depth = 0
  /** Objects and arrays around the value at hand, less the line itself. */
  #nesting = 0
  #parametersLeft = 0
  readonly #leaf: { -readonly [Name in keyof Leaf]: Leaf[Name] }

  constructor(paths: readonly string[], wantsAll: boolean) {
    this.#paths = paths.map(path => Buffer.from(path))
    this.#wantsAll = wantsAll
    this.#progress = new Int32Array(8 * paths.length)
    this.#leaf = {
      kind: 'null',
      bytes: this.#bytes,
      start: 0,
      end: 0,
      isEscaped: false,
      isParameter: false,
    }
  }

  /** Whether the leaf at hand lies at or under this path. */
  isAt(path: number): boolean {
    return this.#progress[this.#depth * this.#paths.length + path] === covered
  }

  /**
   * Visits the leaves of the line at `start` until a visit returns true; returns whether one did.
   */
  walk(bytes: Buffer, start: number, visit: Visit): boolean {
    this.#bytes = bytes
    this.#leaf.bytes = bytes
    this.#visit = visit
    this.#depth = 0
    this.#nesting = 0
    this.#parametersLeft = 2
    return this.#walkObject(start) < 0
  }

  /**
   * Containers and leaves return where they end, or a negative number when a visit ended the walk.
   */
  #walkObject(start: number): number {
    let at = skipBlanks(this.#bytes, start + 1)
    if (this.#bytes[at] === closeBrace) return at + 1
    for (;;) {
      at = this.#walkMember(at)
      if (at < 0) return at
      at = skipBlanks(this.#bytes, at)
      if (this.#bytes[at] !== comma) return at + 1
      at = skipBlanks(this.#bytes, at + 1)
    }
  }

  #walkMember(start: number): number {
    const isParameter = this.#parametersLeft > 0
    this.#leaf.isParameter = isParameter
    if (isParameter) this.#parametersLeft--
    const nameEnd = endOfString(this.#bytes, start)
    let at = skipBlanks(this.#bytes, nameEnd)
    at = skipBlanks(this.#bytes, at + 1)
    const isWanted = this.#enterMember(start + 1, nameEnd - 1)
    if (!isWanted && (isParameter || !this.#wantsAll)) return endOfValue(this.#bytes, at)
    this.#depth++
    const end = this.#walkValue(at)
    this.#depth--
    return end
  }

  #walkValue(start: number): number {
    const first = this.#bytes[start]!
    if (first === quote) return this.#visitString(start)
    if (first === openBrace || first === openBracket) {
      checkDepth(++this.#nesting, start)
      const end = first === openBrace ? this.#walkObject(start) : this.#walkArray(start)
      this.#nesting--
      return end
    }
    const end = endOfScalar(this.#bytes, start)
    const kind = first === 0x6e ? 'null' : first === 0x74 || first === 0x66 ? 'literal' : 'number'
    return this.#visitLeaf(kind, start, end, false) ? -1 : end
  }

  #walkArray(start: number): number {
    let at = skipBlanks(this.#bytes, start + 1)
    if (this.#bytes[at] === closeBracket) return at + 1
    for (;;) {
      at = this.#walkValue(at)
      if (at < 0) return at
      at = skipBlanks(this.#bytes, at)
      if (this.#bytes[at] !== comma) return at + 1
      at = skipBlanks(this.#bytes, at + 1)
    }
  }

  #visitString(start: number): number {
    const bytes = this.#bytes
    let end = start + 1
    let isEscaped = false
    while (end < bytes.length && bytes[end] !== quote) {
      if (bytes[end] === backslash) {
        isEscaped = true
        end++
      }
      end++
    }
    return this.#visitLeaf('string', start + 1, end, isEscaped) ? -1 : end + 1
  }

  #visitLeaf(kind: LeafKind, start: number, end: number, isEscaped: boolean): boolean {
    const leaf = this.#leaf
    leaf.kind = kind
    leaf.start = start
    leaf.end = end
    leaf.isEscaped = isEscaped
    return this.#visit(leaf)
  }

  /** Notes how far each path is matched below this name; false when none can be matched there. */
  #enterMember(nameStart: number, nameEnd: number): boolean {
    const count = this.#paths.length
    if (count === 0) return false
    const from = this.#depth * count
    if (from + 2 * count > this.#progress.length) this.#growProgress()
    const progress = this.#progress
    let name: Buffer | undefined
    let isWanted = false
    for (let i = 0; i < count; i++) {
      let matched = this.#depth === 0 ? 0 : progress[from + i]!
      if (matched >= 0) {
        name ??= nameAt(this.#bytes, nameStart, nameEnd)
        matched = matchName(this.#paths[i]!, matched, name)
      }
      progress[from + count + i] = matched
      if (matched !== elsewhere) isWanted = true
    }
    return isWanted
  }

  #growProgress(): void {
    const grown = new Int32Array(2 * this.#progress.length)
    grown.set(this.#progress)
    this.#progress = grown
  }
}

function matchName(path: Buffer, matched: number, name: Buffer): number {
  const rest = path.length - matched
  const shared = Math.min(rest, name.length)
  if (path.compare(name, 0, shared, matched, matched + shared) !== 0) return elsewhere
  if (name.length === rest || (name.length > rest && name[rest] === point)) return covered
  return name.length < rest && path[matched + shared] === point ? matched + shared + 1 : elsewhere
}

function nameAt(bytes: Buffer, start: number, end: number): Buffer {
  for (let at = start; at < end; at++) {
    if (bytes[at] === backslash) return unescapeString(bytes, start, end)
  }
  return bytes.subarray(start, end)
}

/**
 * The UTF-8 text of the JSON string whose inside is [start, end); lone surrogates become U+FFFD.
 * Throws `corrupt` when it is none, as no stored line has it.
 */
export function unescapeString(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(parseString(bytes, start - 1, end + 1))
}

/** What the JSON string at [start, end) says. Throws `corrupt` when it is none. */
export function parseString(bytes: Buffer, start: number, end: number): string {
  try {
    return JSON.parse(bytes.toString('utf8', start, end))
  } catch (cause) {
    throw new ArchiveError('corrupt', `the string at ${start + 1} of a frame is no JSON`, { cause })
  }
}
