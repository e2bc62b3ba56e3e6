import type { Catalog } from '../catalog/catalog.ts'
import type { ChainEntry, ChainPart } from '../catalog/chain-entry.ts'
import { digestOf } from '../catalog/part-digest.ts'
import { ChainReplay } from './chain-replay.ts'

/** A change of what was there that the chain tells of, and how many events went. */
export interface RecordedChange {
  readonly number: number
  readonly micros: number
  readonly kind: string
  readonly job?: string
  readonly events: number
  /** Erasures that were going on, by id. */
  readonly erasures: readonly string[]
}

/** What a run or a roll-up of now must be made of. */
export interface Lineage {
  readonly part: ChainPart
  /** Whether it holds something from before the hash. */
  readonly isOld: boolean
  /** Runs it must list, by id; of a run, itself. */
  readonly runs: ReadonlyMap<string, KnownRun>
  /** Whether a recorded job rewrote some of these: then others may be in their place. */
  readonly isRewritten: boolean
}

interface KnownRun {
  readonly part: ChainPart
  readonly isOld: boolean
}

/**
 * Follows runs through the chain from the moment of a hash on (docs/evidence.md): what became of
 * them, by which entries, and whether the events add up.
 */
export class EvidenceLedger {
  readonly replay = new ChainReplay()
  /** Of everything that is in the catalog after the last entry. */
  readonly lineages = new Map<string, Lineage>()
  readonly faults: string[] = []
  readonly recorded: RecordedChange[] = []
  /** Events that were folded since. */
  newEvents = 0
  /** Jobs that wrote older events anew: their counts are proven, their content is not. */
  merges = 0
  /** The entry whose hash it is. */
  mark: ChainEntry | undefined
  readonly since: string
  #horizons = ''

  constructor(since: string) {
    this.since = since
  }

  apply(entry: ChainEntry): void {
    const inputs = entry.removed.flatMap(id => this.lineages.get(id) ?? [])
    this.replay.apply(entry)
    if (this.mark) this.#account(entry, inputs)
    const isOld = this.mark ? inputs.some(input => input.isOld) : true
    for (const id of entry.removed) this.lineages.delete(id)
    for (const part of entry.added) {
      this.lineages.set(part.id, lineageOf(part, entry, inputs, isOld))
    }
    this.#horizons = entry.set.horizons ?? this.#horizons
    if (this.replay.head === this.since) this.mark = entry
  }

  /** All that is wrong with the chain, and with the catalog by what it says. */
  chainFaults(catalog: Catalog): string[] {
    // Behind a gap the rest of the chain says nothing.
    if (this.replay.faults.length > 0) return this.replay.faults.slice(0, 1)
    return [...this.replay.compare(catalog), ...this.faults]
  }

  #account(entry: ChainEntry, inputs: readonly Lineage[]): void {
    const before = sum(inputs, input => input.part.events)
    const after = sum(entry.added, part => part.events)
    if (inputs.length === 0) this.newEvents += after
    else this.#demandSum(entry, inputs, before, after)
    this.#demandSameRuns(entry, inputs)
    const events = inputs.length === 0 ? 0 : before - after
    if (events > 0 || isTold(entry)) {
      const { number, micros, kind, job, erasures = [] } = entry
      this.recorded.push({ number, micros, kind, ...(job && { job }), events, erasures })
    }
  }

  #demandSum(entry: ChainEntry, inputs: readonly Lineage[], before: number, after: number): void {
    if (after > before) this.faults.push(`${nameOf(entry)} made ${after} events of ${before}`)
    if (after >= before || this.#mayLose(entry, inputs, before - after)) return
    const lost = `${before - after} of ${before} events`
    this.faults.push(`${nameOf(entry)} dropped ${lost}: no erasure, no prune`)
  }

  /** A run that moves in or out of a roll-up stays what it is; any other is written anew. */
  #demandSameRuns(entry: ChainEntry, inputs: readonly Lineage[]): void {
    if (!inputs.some(input => input.isOld)) return
    let isMerged = false
    for (const part of entry.added) {
      if (part.runs !== undefined) {
        isMerged ||= entry.kind !== 'roll-up'
        continue
      }
      const known = inputs.map(input => input.runs.get(part.id)).find(Boolean)
      if (known && known.part.digest !== part.digest) {
        this.faults.push(`${nameOf(entry)} describes run ${part.id} otherwise`)
      }
      isMerged ||= !known
    }
    if (isMerged) this.merges++
  }

  /**
   * Events go by an erasure that stands, by a prune, or as copies of others with the same `@id`
   * when runs are merged; a roll-up moves them and loses none.
   */
  #mayLose(entry: ChainEntry, inputs: readonly Lineage[], events: number): boolean {
    if (entry.kind === 'roll-up') return false
    if (entry.erasures?.length || entry.set.horizons || this.#hasHorizons()) return true
    return isMerge(entry) && events < sum(inputs, input => input.part.ids)
  }

  #hasHorizons(): boolean {
    return this.#horizons !== '' && this.#horizons !== noHorizons
  }
}

function nameOf({ number, kind, job }: ChainEntry): string {
  return `entry ${number} (${kind}${job ? ` by job ${job}` : ''})`
}

/** Members that change with every step of an erasure, which is told when it begins. */
const silent: ReadonlySet<string> = new Set(['masks', 'maskSeq', 'erasures'])

/** Whether it says more than which runs there are. */
function isTold({ set, removed, erasures = [] }: ChainEntry): boolean {
  const isBegun = erasures.length > 0 && removed.length === 0
  return isBegun || Object.keys(set).some(name => !silent.has(name))
}

const noHorizons = digestOf([])

function isMerge({ added }: ChainEntry): boolean {
  return added.some(part => part.runs === undefined)
}

function lineageOf(
  part: ChainPart,
  { kind }: ChainEntry,
  inputs: readonly Lineage[],
  isOld: boolean,
): Lineage {
  if (part.runs === undefined) {
    return { part, isOld, runs: new Map([[part.id, { part, isOld }]]), isRewritten: false }
  }
  const runs = new Map(inputs.flatMap(input => [...input.runs]))
  const isRewritten = kind !== 'roll-up' || inputs.some(input => input.isRewritten)
  return { part, isOld, runs, isRewritten }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
