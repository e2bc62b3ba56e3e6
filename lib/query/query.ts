/**
 * A query as a tree (docs/query.md). The parser keeps it in one form: no `and` directly in an
 * `and`, no `or` in an `or`, no `not` in a `not`, at least two parts each; lists and groups of a
 * field are spread over its values, and `field:null` is `NOT field:*`.
 */
export type Query =
  | { readonly kind: 'all'; readonly span: Span }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[]; readonly span: Span }
  | { readonly kind: 'not'; readonly part: Query; readonly span: Span }
  | MatchQuery

/** Some value of the event, or of this field of it, meets the condition. */
export interface MatchQuery {
  readonly kind: 'match'
  /** Path of the field; `undefined` means every value but `@time` and `@stream`. */
  readonly field: string | undefined
  readonly condition: Condition
  readonly span: Span
}

export type Condition =
  | TextCondition
  | RangeCondition
  /** Any value but null. */
  | { readonly kind: 'present' }
  /** An IPv6 address or a block of addresses as typed. */
  | { readonly kind: 'address'; readonly text: string }
  /** What stood between the slashes. */
  | { readonly kind: 'regex'; readonly source: string }

export interface TextCondition {
  readonly kind: 'text'
  /** What stood between the `*`: `pre*` is `['pre', '']`, a text without a `*` is one piece. */
  readonly pieces: readonly string[]
  readonly quoted: boolean
}

/** At least one of the bounds is given. */
export interface RangeCondition {
  readonly kind: 'range'
  readonly low: Bound | undefined
  readonly high: Bound | undefined
}

export interface Bound {
  readonly text: string
  readonly inclusive: boolean
}

/** Half-open range of characters (UTF-16 units) of the query's text. */
export type Span = readonly [start: number, end: number]

/** The field that stands for an event's time. */
export const timeField = '@time'
