import { unescapeString } from '../query/leaf-walk.ts'

/** Paths that are told apart in one run; of all others only the roots are known. */
const fieldsMax = 512
const namesMax = 4 * fieldsMax
const pathBytesMax = 256
/** Roots of other paths that are told apart. */
const otherRootsMax = 64

/** The leaves of paths that the table has no room for. */
export const otherField = -1
const noFieldYet = -2

/** A name of a member, below the names on the way to it. */
export interface FieldName {
  /** Its JSON text, without quotation marks. */
  readonly text: Buffer
  /** The names on the way to it and itself, joined by points. */
  readonly path: string
  readonly children: Map<string, FieldName>
  /** Guesses from the events before: the first member in its object, and the member behind it. */
  first: FieldName | undefined
  next: FieldName | undefined
  field: number
}

/**
 * The fields of a run: the paths of its leaves, numbered as they are first seen. Events repeat the
 * members of those before them, so a walk guesses the next name and compares only its bytes.
 */
export class FieldTable {
  readonly root = makeName(Buffer.alloc(0), '')
  readonly paths: string[] = []
  readonly #fields = new Map<string, number>()
  /** Stands for names beyond the limits, and for all below them; it is no guess. */
  readonly other = makeName(Buffer.alloc(0), '')
  readonly #otherRoots = new Set<string>()
  #nameCount = 0

  constructor() {
    this.other.field = otherField
  }

  /** The member named by the JSON string whose inside is [start, end), in an object of `parent`. */
  find(parent: FieldName, bytes: Buffer, start: number, end: number): FieldName {
    if (parent === this.other) return parent
    const text = bytes.toString('latin1', start, end)
    const known = parent.children.get(text)
    if (known) return known
    const path = pathOf(parent === this.root ? undefined : parent, bytes, start, end)
    if (this.#nameCount >= namesMax || Buffer.byteLength(path) > pathBytesMax) {
      this.#otherRoots.add(rootOf(path))
      return this.other
    }
    const found = makeName(Buffer.from(bytes.subarray(start, end)), path)
    parent.children.set(text, found)
    this.#nameCount++
    return found
  }

  /** Roots of the paths that have no number; `all` when there are too many of them. */
  get otherRoots(): readonly string[] | 'all' {
    return this.#otherRoots.size > otherRootsMax ? 'all' : [...this.#otherRoots]
  }

  /** The field of the leaves at this name. */
  fieldOf(name: FieldName): number {
    if (name.field === noFieldYet) name.field = this.#number(name.path)
    return name.field
  }

  #number(path: string): number {
    const known = this.#fields.get(path)
    if (known !== undefined) return known
    if (this.paths.length === fieldsMax) {
      this.#otherRoots.add(rootOf(path))
      return otherField
    }
    this.#fields.set(path, this.paths.length)
    return this.paths.push(path) - 1
  }
}

/** A path up to its first point: paths at or below each other have the same. */
export function rootOf(path: string): string {
  const end = path.indexOf('.')
  return end < 0 ? path : path.slice(0, end)
}

function pathOf(parent: FieldName | undefined, bytes: Buffer, start: number, end: number): string {
  const isEscaped = bytes.subarray(start, end).includes(0x5c)
  const name = isEscaped
    ? unescapeString(bytes, start, end).toString('utf8')
    : bytes.toString('utf8', start, end)
  return parent ? `${parent.path}.${name}` : name
}

function makeName(text: Buffer, path: string): FieldName {
  const children = new Map<string, FieldName>()
  return { text, path, children, first: undefined, next: undefined, field: noFieldYet }
}
