import type { Catalog, Rollup, Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { fraction } from '../core/random.ts'
import { catalogKey } from '../store/keys.ts'
import { type Finding, isFault } from './finding.ts'
import { inOrder } from './in-order.ts'
import { findingOf, type Inspection, type Tally } from './inspection.ts'
import { verifyReferences } from './verify-references.ts'
import { isPart, type Verified, verifyOpenRun, verifyRollup } from './verify-rollup.ts'
import { openTail, verifyAside, verifyBatch } from './verify-tail.ts'

export interface VerifyOptions {
  /** Only batches and runs with events in this span, half-open. */
  readonly startMicros?: number
  readonly endMicros?: number
  /** Share of batches and runs to read, by chance, above 0 up to 1. Default: all. */
  readonly share?: number
  /** Goes on where an earlier verification ended. */
  readonly cursor?: string
  /** Ends it early, with a cursor. */
  readonly signal?: AbortSignal
}

export interface VerifySummary extends Readonly<Tally> {
  /** It came to the end of what was to be looked at. */
  readonly complete: boolean
  /** Where to go on; `null` when complete. */
  readonly cursor: string | null
  readonly faults: number
  readonly notes: number
}

/** Findings as they are made. `summary` tells how far it came and how much was looked at. */
export interface Verification extends AsyncIterable<Finding> {
  summary(): VerifySummary
}

/**
 * Looks at everything the archive consists of: objects exist and have their length, bytes are what
 * was written, and catalog, manifests, directories, indexes and lines say the same. It may run
 * beside writers and brigade: what is replaced meanwhile is not named. Memory is bounded by the
 * settings `verify…`. Throws `invalid` for a cursor that is none.
 */
export function verifyArchive(place: Workplace, options: VerifyOptions = {}): Verification {
  const walk = new Walk(place, options)
  return { [Symbol.asyncIterator]: () => walk.findings(), summary: () => walk.summary() }
}

/** Verifications go through the parts of an archive in this order. */
const stages = ['references', 'tail', 'runs'] as const

/** What lies behind it is to be looked at. */
interface Cursor {
  readonly stage: (typeof stages)[number]
  /** Key of a batch, id of a run or roll-up. */
  readonly part: string
  /** The run of the roll-up that was looked at last. */
  readonly runId: string
}

class Walk {
  readonly #inspection: Inspection
  readonly #options: VerifyOptions
  readonly #after: Cursor | undefined
  readonly #count = { faults: 0, notes: 0 }
  #cursor: Cursor = { stage: 'references', part: '', runId: '' }
  #complete = false

  constructor(place: Workplace, options: VerifyOptions) {
    this.#inspection = { place, tally: { objects: 0, bytes: 0, frames: 0, events: 0 } }
    this.#options = options
    this.#after = options.cursor === undefined ? undefined : parseCursor(options.cursor)
    if (this.#after) this.#cursor = this.#after
    const { share = 1 } = options
    if (share > 0 && share <= 1) return
    throw new ArchiveError('invalid', `share is ${share}, expected one above 0 up to 1`)
  }

  summary(): VerifySummary {
    const { stage, part, runId } = this.#cursor
    const cursor = this.#complete ? null : [stage, part, runId].join(' ').trimEnd()
    return { ...this.#inspection.tally, ...this.#count, complete: this.#complete, cursor }
  }

  async *findings(): AsyncGenerator<Finding> {
    for await (const finding of this.#stages()) {
      this.#count[isFault(finding) ? 'faults' : 'notes']++
      yield finding
    }
  }

  async *#stages(): AsyncGenerator<Finding> {
    try {
      await loadCatalog(this.#inspection.place.store)
    } catch (error) {
      // Without it there is nothing to compare with.
      yield findingOf(error, catalogKey, 'rebuild')
      this.#complete = true
      return
    }
    const start = stages.indexOf(this.#cursor.stage)
    const work = [() => this.#references(), () => this.#tail(), () => this.#runs()]
    for (const [i, stage] of stages.entries()) {
      if (i < start) continue
      if (i > start || !this.#after) this.#cursor = { stage, part: '', runId: '' }
      if (!(yield* work[i]!())) return
    }
    this.#complete = true
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  // Each of the stages returns whether it came to its end.

  /** A listing is whole or says nothing: it is begun anew. */
  async *#references(): AsyncGenerator<Finding, boolean> {
    for await (const finding of verifyReferences(this.#inspection)) {
      yield finding
      if (this.#isAborted) return false
    }
    return true
  }

  async *#tail(): AsyncGenerator<Finding, boolean> {
    const { part } = this.#cursor
    const { batches, aside, findings } = await openTail(this.#inspection)
    if (part === '') {
      yield* findings
      for (const each of aside)
        if (this.#isWithin(each)) yield* await verifyAside(this.#inspection, each)
    }
    const wanted = batches.filter(batch => batch.key > part && this.#wants(batch))
    const { verifyConcurrency } = this.#inspection.place.settings
    const verified = inOrder(wanted, verifyConcurrency, async batch => ({
      key: batch.key,
      findings: await verifyBatch(this.#inspection, batch),
    }))
    for await (const { key, findings } of verified) {
      yield* findings
      this.#cursor = { stage: 'tail', part: key, runId: '' }
      if (this.#isAborted) return false
    }
    return true
  }

  /** Runs and roll-ups in the order of their ids. */
  async *#runs(): AsyncGenerator<Finding, boolean> {
    const { store } = this.#inspection.place
    const resumed = this.#cursor
    const { catalog } = await loadCatalog(store)
    for (const part of partsAfter(catalog, resumed.part, resumed.runId !== '')) {
      const seen = new Set<string>()
      const after = part.id === resumed.part ? resumed.runId : ''
      for await (const { runId, findings } of this.#verifyPart(part, after)) {
        const still = findings.length > 0 && isPart((await loadCatalog(store)).catalog, part)
        for (const finding of still ? findings : []) {
          const name = `${finding.kind} ${finding.object} ${finding.startByte} ${finding.reason}`
          if (!seen.has(name)) yield finding
          seen.add(name)
        }
        if (runId === undefined) continue
        this.#cursor = { stage: 'runs', part: part.id, runId }
        if (this.#isAborted) return false
      }
      this.#cursor = { stage: 'runs', part: part.id, runId: '' }
      if (this.#isAborted) return false
    }
    return true
  }

  #verifyPart(part: Run | Rollup, afterRun: string): AsyncGenerator<Verified> {
    let isAfter = afterRun === ''
    const wants = (run: RolledRun) => {
      if (isAfter) return run.buckets.some(bucket => this.#isWithin(bucket)) && this.#isDrawn()
      isAfter = run.id === afterRun
      return false
    }
    return 'buckets' in part
      ? verifyOpenRun(this.#inspection, part, { wants })
      : verifyRollup(this.#inspection, part, { wants })
  }

  #wants(span: Span): boolean {
    return this.#isWithin(span) && this.#isDrawn()
  }

  #isWithin({ firstMicros, lastMicros }: Span): boolean {
    const { startMicros = 0, endMicros = Infinity } = this.#options
    return firstMicros < endMicros && lastMicros >= startMicros
  }

  #isDrawn(): boolean {
    const { share = 1 } = this.#options
    return share >= 1 || fraction(this.#inspection.place.random) < share
  }
}

interface Span {
  readonly firstMicros: number
  readonly lastMicros: number
}

/** By id, those behind this one; with it when a run of it was looked at last. */
function partsAfter({ runs, rollups }: Catalog, id: string, withIt: boolean): (Run | Rollup)[] {
  return [...runs, ...rollups]
    .filter(part => part.id > id || (withIt && part.id === id))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function parseCursor(text: string): Cursor {
  const [stage = '', part = '', runId = '', ...more] = text.split(' ')
  const known = stages.find(each => each === stage)
  if (known && more.length === 0) return { stage: known, part, runId }
  throw new ArchiveError('invalid', `cursor ${text.slice(0, 100)} is none of a verification`)
}
