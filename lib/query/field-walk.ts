import { ArchiveError } from '../core/errors.ts'
import {
  backslash,
  checkDepth,
  closeBrace,
  closeBracket,
  comma,
  endOfScalar,
  endOfString,
  openBrace,
  openBracket,
  quote,
  skipBlanks,
} from './json-scan.ts'
import { type Leaf, unescapeString } from './leaf-walk.ts'

/** Receives a leaf, valid until it returns, and the number of its field. */
export type OnField = (field: number, leaf: Leaf) => void

/** A member's name below those on the way to it. */
interface Name {
  readonly path: string
  /** Its own JSON text, without quotation marks. */
  readonly text: Buffer
  /** By their JSON text. */
  readonly members: Map<string, Name>
  /** Guesses from the events before: the first member below it, and the member behind it. */
  first: Name | undefined
  next: Name | undefined
  /** -1: no leaf was met there. */
  field: number
}

/** Memory of a name beside its text, roughly. */
const overheadBytes = 100

/**
 * Visits the leaves of stored lines, null included, `@time` and `@stream` not, each with its field.
 * A field is the path of a leaf: the names on the way to it, joined by points; arrays add nothing.
 * Fields are numbered as they are first seen.
 */
export class FieldWalk {
  /** By number. */
  readonly paths: string[] = []
  readonly #fields = new Map<string, number>()
  readonly #root = makeName('', Buffer.alloc(0))
  readonly #namesBytesMax: number
  #namesBytes = 0
  #bytes: Buffer = Buffer.alloc(0)
  #nesting = 0
  #onField: OnField = () => {}
  readonly #leaf = {
    kind: 'null' as Leaf['kind'],
    bytes: this.#bytes,
    start: 0,
    end: 0,
    isEscaped: false,
    isParameter: false,
  }

  constructor(namesBytesMax: number) {
    this.#namesBytesMax = namesBytesMax
  }

  /**
   * The line whose own members begin at `start`, behind its stream; or any object, at its opening
   * brace. Throws `too-large` when the names of all fields seen have more bytes than the limit.
   */
  walk(bytes: Buffer, start: number, onField: OnField): void {
    this.#bytes = bytes
    this.#leaf.bytes = bytes
    this.#onField = onField
    this.#nesting = 0
    const first = skipBlanks(bytes, start + 1)
    if (bytes[start] === comma || (bytes[start] === openBrace && bytes[first] === quote)) {
      this.#walkMembers(first, this.#root)
    }
  }

  /** Returns the position behind the closing brace. */
  #walkMembers(start: number, parent: Name): number {
    const bytes = this.#bytes
    let at = start
    let before: Name | undefined
    for (;;) {
      const guess = before ? before.next : parent.first
      const isGuessed = guess !== undefined && isNamed(guess, bytes, at + 1)
      const nameEnd = isGuessed ? at + guess.text.length + 2 : endOfString(bytes, at)
      const name = isGuessed ? guess : this.#find(parent, at + 1, nameEnd - 1)
      if (!isGuessed && before) before.next = name
      else if (!isGuessed) parent.first = name
      before = name
      at = skipBlanks(bytes, skipBlanks(bytes, nameEnd) + 1)
      at = skipBlanks(bytes, this.#walkValue(at, name))
      if (bytes[at] !== comma) return at + 1
      at = skipBlanks(bytes, at + 1)
    }
  }

  #walkValue(start: number, name: Name): number {
    const bytes = this.#bytes
    const first = bytes[start]!
    if (first === quote) return this.#visitString(start, name)
    if (first === openBrace || first === openBracket) {
      checkDepth(++this.#nesting, start)
      const at = skipBlanks(bytes, start + 1)
      const end =
        first === openBracket
          ? this.#walkArray(at, name)
          : bytes[at] === closeBrace
            ? at + 1
            : this.#walkMembers(at, name)
      this.#nesting--
      return end
    }
    const end = endOfScalar(bytes, start)
    const kind = first === 0x6e ? 'null' : first === 0x74 || first === 0x66 ? 'literal' : 'number'
    this.#visit(name, kind, start, end, false)
    return end
  }

  #visitString(start: number, name: Name): number {
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
    this.#visit(name, 'string', start + 1, end, isEscaped)
    return end + 1
  }

  #walkArray(start: number, name: Name): number {
    const bytes = this.#bytes
    let at = start
    if (bytes[at] === closeBracket) return at + 1
    for (;;) {
      at = skipBlanks(bytes, this.#walkValue(at, name))
      if (bytes[at] !== comma) return at + 1
      at = skipBlanks(bytes, at + 1)
    }
  }

  #visit(name: Name, kind: Leaf['kind'], start: number, end: number, isEscaped: boolean): void {
    const leaf = this.#leaf
    leaf.kind = kind
    leaf.start = start
    leaf.end = end
    leaf.isEscaped = isEscaped
    if (name.field < 0) name.field = this.#number(name.path)
    this.#onField(name.field, leaf)
  }

  #find(parent: Name, start: number, end: number): Name {
    const text = this.#bytes.toString('latin1', start, end)
    const known = parent.members.get(text)
    if (known) return known
    const own = text.includes('\\')
      ? unescapeString(this.#bytes, start, end).toString('utf8')
      : this.#bytes.toString('utf8', start, end)
    const path = parent === this.#root ? own : `${parent.path}.${own}`
    this.#namesBytes += text.length + path.length + overheadBytes
    if (this.#namesBytes > this.#namesBytesMax) {
      throw new ArchiveError(
        'too-large',
        `the events have too many fields, above ${this.paths.length}: ` +
          'ask for a shorter range, one stream or a narrower query',
      )
    }
    const found = makeName(path, Buffer.from(this.#bytes.subarray(start, end)))
    parent.members.set(text, found)
    return found
  }

  /** Several ways may lead to one path: `{"a.b":1}` and `{"a":{"b":1}}`. */
  #number(path: string): number {
    const known = this.#fields.get(path)
    if (known !== undefined) return known
    this.#fields.set(path, this.paths.length)
    return this.paths.push(path) - 1
  }
}

function makeName(path: string, text: Buffer): Name {
  return { path, text, members: new Map(), first: undefined, next: undefined, field: -1 }
}

/** Whether the text of the name is at the position, and ends there. */
function isNamed({ text }: Name, bytes: Buffer, start: number): boolean {
  const { length } = text
  if (bytes[start + length] !== quote) return false
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text[i]) return false
  return true
}
