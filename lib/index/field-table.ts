import { unescapeString } from '../query/leaf-walk.ts'

/** Paths that are told apart in one run; the leaves of all others are only known to be there. */
const fieldsMax = 512
const namesMax = 4 * fieldsMax
const pathBytesMax = 256

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
    const path = this.#pathOf(parent, bytes, start, end)
    if (path === undefined) return this.other
    const found = makeName(Buffer.from(bytes.subarray(start, end)), path)
    parent.children.set(text, found)
    this.#nameCount++
    return found
  }

  #pathOf(parent: FieldName, bytes: Buffer, start: number, end: number): string | undefined {
    if (this.#nameCount >= namesMax || end - start > pathBytesMax) return undefined
    const isEscaped = bytes.subarray(start, end).includes(0x5c)
    const name = isEscaped
      ? unescapeString(bytes, start, end).toString('utf8')
      : bytes.toString('utf8', start, end)
    const path = parent === this.root ? name : `${parent.path}.${name}`
    return Buffer.byteLength(path) <= pathBytesMax ? path : undefined
  }

  /** The field of the leaves at this name. */
  fieldOf(name: FieldName): number {
    if (name.field === noFieldYet) name.field = this.#number(name.path)
    return name.field
  }

  #number(path: string): number {
    const known = this.#fields.get(path)
    if (known !== undefined) return known
    if (this.paths.length === fieldsMax) return otherField
    this.#fields.set(path, this.paths.length)
    return this.paths.push(path) - 1
  }
}

function makeName(text: Buffer, path: string): FieldName {
  const children = new Map<string, FieldName>()
  return { text, path, children, first: undefined, next: undefined, field: noFieldYet }
}
