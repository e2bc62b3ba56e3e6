import { compileLeafTest, type LeafTest } from '../query/leaf-test.ts'
import { LeafText } from '../query/leaf-text.ts'
import { type MatchQuery, type Query, timeField } from '../query/query.ts'
import type { FieldColumn } from './field-column.ts'
import { hasValues, isListed, isMultiple } from './field-kinds.ts'
import { leafOf } from './json-leaf.ts'
import { type RangeTest, rangeTest } from './range-test.ts'

/** How many events of each of some frames meet a query, at least and at most. */
export interface Bounds {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** What is known of some frames in a row. */
export interface FrameFacts {
  /** How many events each frame has. */
  readonly frameEvents: Float64Array
  /** What is known of the fields at or below a path; `undefined`: there may be others. */
  readonly columnsAt: (path: string) => readonly FieldColumn[] | undefined
}

/** Evaluates a query on what is known of frames, without their events. Pure but for its caches. */
export class QueryBounds {
  /** The paths of the conditions that summaries know about. */
  readonly paths: readonly string[]
  readonly #query: Query
  readonly #tests = new Map<MatchQuery, { readonly leaf: LeafTest; readonly range: RangeTest }>()
  /** Parts of the query that look at one field only. */
  readonly #pathOf = new Map<Query, string>()
  readonly #value = new LeafText()

  constructor(query: Query) {
    this.#query = query
    const paths = new Set<string>()
    this.#prepare(query, paths)
    this.paths = [...paths]
  }

  /** Returns the only path that the part looks at; `null`: none yet, `undefined`: several. */
  #prepare(query: Query, paths: Set<string>): string | null | undefined {
    if (query.kind === 'all') return null
    if (query.kind === 'match') {
      if (!isOfField(query)) return undefined
      paths.add(query.field)
      this.#tests.set(query, { leaf: compileLeafTest(query), range: rangeTest(query) })
      return query.field
    }
    const parts = query.kind === 'not' ? [query.part] : query.parts
    const found = parts.map(part => this.#prepare(part, paths))
    const [first] = found
    if (!first || found.some(each => each !== first)) return undefined
    this.#pathOf.set(query, first)
    return first
  }

  evaluate(facts: FrameFacts): Bounds {
    return this.#bounds(this.#query, facts)
  }

  #bounds(query: Query, facts: FrameFacts): Bounds {
    const { frameEvents } = facts
    const bounds = this.#combine(query, facts)
    const path = this.#pathOf.get(query)
    if (path !== undefined) this.#sharpen(query, path, facts, bounds)
    for (const [frame, events] of frameEvents.entries()) {
      bounds.lower[frame] = Math.max(0, bounds.lower[frame]!)
      bounds.upper[frame] = Math.min(events, bounds.upper[frame]!)
    }
    return bounds
  }

  #combine(query: Query, facts: FrameFacts): Bounds {
    const { frameEvents } = facts
    switch (query.kind) {
      case 'all':
        return { lower: frameEvents.slice(), upper: frameEvents.slice() }
      case 'match':
        return this.#matchBounds(query, facts)
      case 'not': {
        const { lower, upper } = this.#bounds(query.part, facts)
        return {
          lower: frameEvents.map((events, frame) => events - upper[frame]!),
          upper: frameEvents.map((events, frame) => events - lower[frame]!),
        }
      }
      default: {
        const parts = query.parts.map(part => this.#bounds(part, facts))
        return query.kind === 'and' ? all(parts, frameEvents) : some(parts)
      }
    }
  }

  #matchBounds(query: MatchQuery, { frameEvents, columnsAt }: FrameFacts): Bounds {
    const columns = isOfField(query) ? columnsAt(query.field) : undefined
    if (!columns) return { lower: new Float64Array(frameEvents.length), upper: frameEvents.slice() }
    if (columns.length === 1) return this.#columnBounds(query, columns[0]!)
    const none = new Float64Array(frameEvents.length)
    const parts = columns.map(column => this.#columnBounds(query, column))
    return some([{ lower: none, upper: none }, ...parts])
  }

  #columnBounds(query: MatchQuery, column: FieldColumn): Bounds {
    const { leaf, range } = this.#tests.get(query)!
    const meets = column.values.map(value => this.#meets(leaf, value))
    const frameCount = column.kinds.length
    const [lower, upper] = [new Float64Array(frameCount), new Float64Array(frameCount)]
    for (let frame = 0; frame < frameCount; frame++) {
      const kinds = column.kinds[frame]!
      const eventCount = column.eventCounts[frame]!
      if ((kinds & hasValues) === 0) continue
      if ((kinds & isListed) === 0) {
        const found = range(kinds, column.lows[frame]!, column.highs[frame]!)
        if (found !== 'none') upper[frame] = eventCount
        if (found === 'all') lower[frame] = eventCount
        continue
      }
      let [sum, largest] = [0, 0]
      for (let at = column.starts[frame]!; at < column.starts[frame + 1]!; at++) {
        if (!meets[column.valueIds[at]!]) continue
        const count = column.counts[at]!
        sum += count
        if (count > largest) largest = count
      }
      upper[frame] = Math.min(sum, eventCount)
      lower[frame] = (kinds & isMultiple) === 0 ? sum : largest
    }
    return { lower, upper }
  }

  #meets(test: LeafTest, value: Buffer): boolean {
    this.#value.read(leafOf(value))
    return test(this.#value)
  }

  /** Counts exactly where each event has one value of the only field that the part looks at. */
  #sharpen(query: Query, path: string, facts: FrameFacts, { lower, upper }: Bounds): void {
    const columns = facts.columnsAt(path)
    const [column] = columns ?? []
    if (!column || columns?.length !== 1) return
    const meets = column.values.map(value => this.#meetsPart(query, value))
    const meetsWithout = this.#meetsPart(query, undefined)
    for (const [frame, kinds] of column.kinds.entries()) {
      if ((kinds & isListed) === 0 || (kinds & isMultiple) !== 0) continue
      let sum = meetsWithout ? facts.frameEvents[frame]! - column.eventCounts[frame]! : 0
      for (let at = column.starts[frame]!; at < column.starts[frame + 1]!; at++) {
        if (meets[column.valueIds[at]!]) sum += column.counts[at]!
      }
      lower[frame] = sum
      upper[frame] = sum
    }
  }

  /** Whether an event with this value of the field, or without one, meets the part. */
  #meetsPart(query: Query, value: Buffer | undefined): boolean {
    switch (query.kind) {
      case 'all':
        return true
      case 'not':
        return !this.#meetsPart(query.part, value)
      case 'match':
        return value !== undefined && this.#meets(this.#tests.get(query)!.leaf, value)
      case 'and':
        return query.parts.every(part => this.#meetsPart(part, value))
      case 'or':
        return query.parts.some(part => this.#meetsPart(part, value))
    }
  }
}

/** Summaries know of fields, not of the two parameters of a line. */
export function isOfField(query: MatchQuery): query is MatchQuery & { readonly field: string } {
  return query.field !== undefined && query.field !== timeField && query.field !== '@stream'
}

/** Events that meet all parts: what two parts have in common is at least what exceeds the whole. */
function all(parts: readonly Bounds[], frameEvents: Float64Array): Bounds {
  return parts.reduce((left, right) => ({
    lower: left.lower.map((low, i) => Math.max(0, low + right.lower[i]! - frameEvents[i]!)),
    upper: left.upper.map((high, i) => Math.min(high, right.upper[i]!)),
  }))
}

/** Events that meet one part at least. */
function some(parts: readonly Bounds[]): Bounds {
  return parts.reduce((left, right) => ({
    lower: left.lower.map((low, i) => Math.max(low, right.lower[i]!)),
    upper: left.upper.map((high, i) => high + right.upper[i]!),
  }))
}
