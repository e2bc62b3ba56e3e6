import { summaryOf } from '../index/column-builder.ts'
import type { FieldColumn } from '../index/field-column.ts'
import { hasValues, isListed } from '../index/field-kinds.ts'
import type { FieldSummary } from '../index/field-summary.ts'
import type { Summary } from '../index/summary.ts'
import type { Bounds, FrameFacts } from '../index/summary-bounds.ts'

/** The matches of some frames, as far as a tally wants to know them. */
export interface Matched {
  readonly eventCount: number
  /** Of the field whose values are wanted, if any. */
  readonly values: readonly FieldSummary[]
}

interface Stripe {
  readonly facts: FrameFacts
  readonly bounds: Bounds
}

/** How many events of a run's frames match, as far as its summary tells. */
export class FrameKnowledge {
  /** Of the whole run. No more is known of its frames then. */
  run: Matched | undefined
  readonly #summary: Summary
  readonly #field: string | undefined
  #mayMatch = true
  readonly #stripes = new Map<number, Stripe>()

  /** `field`: one whose values are wanted as well. */
  constructor(summary: Summary, field: string | undefined) {
    this.#summary = summary
    this.#field = field
  }

  /** Takes in what the run's head tells; returns whether that is enough. */
  learnRun(facts: FrameFacts, bounds: Bounds, isWanted: boolean): boolean {
    this.#mayMatch = bounds.upper[0]! > 0
    if (isWanted) this.run = this.#matched({ facts, bounds }, 0)
    return this.isEnough
  }

  get isEnough(): boolean {
    return !this.#mayMatch || this.run !== undefined
  }

  learnStripe(stripe: number, facts: FrameFacts, bounds: Bounds): void {
    this.#stripes.set(stripe, { facts, bounds })
  }

  knows(stripe: number): boolean {
    return this.#stripes.has(stripe)
  }

  /** Frames are counted through the run. */
  mayMatch(frame: number): boolean {
    if (!this.#mayMatch) return false
    const { stripe, position } = this.#find(frame)
    return !stripe || stripe.bounds.upper[position]! > 0
  }

  /** The matches of a frame; `undefined`: it has to be read. */
  matchedOf(frame: number): Matched | undefined {
    const { stripe, position } = this.#find(frame)
    return stripe && this.#matched(stripe, position)
  }

  #find(frame: number): { readonly stripe: Stripe | undefined; readonly position: number } {
    const { stripeFrames } = this.#summary
    const stripe = this.#stripes.get(Math.floor(frame / stripeFrames))
    return { stripe, position: frame % stripeFrames }
  }

  #matched({ facts, bounds }: Stripe, position: number): Matched | undefined {
    const eventCount = bounds.lower[position]!
    if (eventCount !== bounds.upper[position]!) return undefined
    if (this.#field === undefined || eventCount === 0) return { eventCount, values: [] }
    if (eventCount !== facts.frameEvents[position]) return undefined
    const columns = facts.columnsAt(this.#field)
    if (!columns || columns.length > 1) return undefined
    const values = columns.map(column => listed(column, position))
    return values.every(each => each !== undefined) ? { eventCount, values } : undefined
  }
}

function listed(column: FieldColumn, frame: number): FieldSummary | undefined {
  const kinds = column.kinds[frame]!
  return (kinds & isListed) !== 0 || (kinds & hasValues) === 0
    ? summaryOf(column, frame)
    : undefined
}
