import { hash } from 'node:crypto'
import type { Settings } from '../core/settings.ts'
import { FieldWalk, type OnField } from '../query/field-walk.ts'
import type { Leaf } from '../query/leaf-walk.ts'
import type { AtLeast, FieldFound } from './question.ts'
import { spelledJson } from './spelled-json.ts'

type Kind = FieldFound['kinds'][number]
const kindOf = { string: 'string', number: 'number', literal: 'boolean' } as const

/** Begins the hash of a long value; no JSON begins so. */
const longMark = '#'
/** Memory of a value beside its text, roughly. */
const overheadBytes = 150
/** Values kept as examples of a field that has too many. */
const examplesKept = 10

interface Seen {
  count: number
  /** Number of the event that had it last: an event counts once. */
  lastEvent: number
}

interface Field extends Seen {
  readonly kinds: Set<Kind>
  /** By JSON text, or its hash if it is long; `undefined` once there were too many. */
  values: Map<string, Seen> | undefined
  /** How many these were then, and examples of them. */
  dropped: number
  kept: readonly string[]
}

/** What a tally found of one field. */
export interface TalliedField {
  readonly field: string
  readonly count: number
  readonly kinds: readonly Kind[]
  readonly distinct: AtLeast
  /** Most frequent first, then by text, without long ones; none where there were too many. */
  readonly values: readonly ValueCount[]
  readonly examples: readonly string[]
}

interface ValueCount {
  readonly value: string
  readonly count: number
}

/**
 * Counts events and values by field, in bounded memory: of a field with too many values it only
 * keeps how many it saw.
 */
export class FieldTally {
  readonly #walk: FieldWalk
  readonly #fields: (Field | undefined)[] = []
  readonly #isWanted: (leaf: Leaf) => boolean
  readonly #settings: Settings
  #valueBytes = 0
  #event = 0
  readonly #onField: OnField = (field, leaf) => this.#visit(field, leaf)

  /** Only leaves that are wanted count; it is not asked of null. */
  constructor(settings: Settings, isWanted: (leaf: Leaf) => boolean = () => true) {
    this.#walk = new FieldWalk(settings.fieldBytesMax)
    this.#settings = settings
    this.#isWanted = isWanted
  }

  /** Events added. */
  get eventCount(): number {
    return this.#event
  }

  /** The event whose own members begin at `start`, behind its stream. */
  add(bytes: Buffer, start: number): void {
    this.#event++
    this.#walk.walk(bytes, start, this.#onField)
  }

  #visit(number: number, leaf: Leaf): void {
    const { kind } = leaf
    if (kind === 'null' || !this.#isWanted(leaf)) return
    const field = this.#fields[number] ?? this.#begin(number)
    field.kinds.add(kindOf[kind])
    this.#count(field)
    if (!field.values) return
    const margin = kind === 'string' ? 1 : 0
    const json = leaf.bytes.toString('utf8', leaf.start - margin, leaf.end + margin)
    const spelled = spelledJson(json)
    // Not as it is escaped: one value has one length.
    const isLong = Buffer.byteLength(spelled) - 2 * margin > this.#settings.fieldValueBytesMax
    const text = isLong ? longMark + hash('sha256', spelled) : spelled
    const value = field.values.get(text)
    if (value) this.#count(value)
    else this.#list(field, field.values, text)
  }

  #begin(number: number): Field {
    const field = {
      count: 0,
      lastEvent: 0,
      kinds: new Set<Kind>(),
      values: new Map(),
      dropped: 0,
      kept: [],
    }
    this.#fields[number] = field
    return field
  }

  #count(seen: Seen): void {
    if (seen.lastEvent !== this.#event) seen.count++
    seen.lastEvent = this.#event
  }

  #list(field: Field, values: Map<string, Seen>, text: string): void {
    const { fieldValuesMax, fieldBytesMax } = this.#settings
    this.#valueBytes += text.length + overheadBytes
    values.set(text, { count: 1, lastEvent: this.#event })
    if (values.size <= fieldValuesMax && this.#valueBytes <= fieldBytesMax) return
    for (const dropped of values.keys()) this.#valueBytes -= dropped.length + overheadBytes
    field.dropped = values.size
    field.kept = mostFrequent(values)
      .slice(0, examplesKept)
      .map(({ value }) => value)
    field.values = undefined
  }

  /** In no order. */
  fields(): TalliedField[] {
    return this.#fields.flatMap((found, number) => {
      if (!found) return []
      const { count, kinds, dropped, kept } = found
      const values = mostFrequent(found.values ?? new Map())
      return {
        field: this.#walk.paths[number]!,
        count,
        kinds: [...kinds].sort(),
        distinct: found.values
          ? { least: found.values.size, isExact: true }
          : { least: dropped, isExact: false },
        values,
        examples: found.values ? values.map(({ value }) => value) : kept,
      }
    })
  }
}

/** Those that are short enough to be shown. */
function mostFrequent(values: ReadonlyMap<string, Seen>): ValueCount[] {
  return Array.from(values, ([value, { count }]) => ({ value, count }))
    .filter(({ value }) => !value.startsWith(longMark))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
