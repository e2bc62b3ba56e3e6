import type { BucketRef, Catalog, Rollup } from '../catalog/catalog.ts'
import { partsOf } from '../catalog/chain.ts'
import { decodeManifest, type RolledRun } from '../catalog/manifest.ts'
import { digestOfObjects, digestOfRun, sha256 } from '../catalog/part-digest.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import type { Lineage } from './evidence-ledger.ts'

/** How many objects were read and found as recorded. */
export interface CheckedObjects {
  readonly runs: number
  readonly buckets: number
  readonly bytes: number
  readonly events: number
}

/**
 * Compares manifests and buckets that hold something from before the hash with what the chain says
 * of them. What is once found right is not read again when `check` is called anew, on a later
 * catalog.
 */
export class EvidenceObjects {
  readonly faults: string[] = []
  /** Whether an object was not there: perhaps it was replaced meanwhile. */
  isAnyGone = false
  readonly #store: Store
  readonly #right = new Map<string, CheckedObjects>()

  constructor(store: Store) {
    this.#store = store
  }

  get checked(): CheckedObjects {
    const total = { runs: 0, buckets: 0, bytes: 0, events: 0 }
    for (const each of this.#right.values()) {
      total.runs += each.runs
      total.buckets += each.buckets
      total.bytes += each.bytes
      total.events += each.events
    }
    return total
  }

  async check(
    catalog: Catalog,
    lineages: ReadonlyMap<string, Lineage>,
    signal?: AbortSignal,
  ): Promise<void> {
    this.faults.length = 0
    this.isAnyGone = false
    for (const part of partsOf(catalog)) {
      const lineage = lineages.get(part.id)
      if (!lineage?.isOld) continue
      const runs = 'buckets' in part ? [part] : await this.#runsOf(part, lineage)
      for (const run of runs) {
        signal?.throwIfAborted()
        await this.#checkBytes(run)
      }
    }
  }

  /** Those of the runs a roll-up lists that hold something old. */
  async #runsOf(rollup: Rollup, { runs: known, isRewritten }: Lineage): Promise<RolledRun[]> {
    const listed = await this.#listedIn(rollup)
    if (!listed) return []
    const ids = new Set(listed.map(run => run.id))
    for (const [id, { part }] of known) {
      if (ids.has(id) || isRewritten) continue
      this.faults.push(`${rollup.id} lacks run ${id} with ${part.events} events`)
    }
    return listed.filter(run => {
      const expected = known.get(run.id)
      if (!expected && !isRewritten) this.faults.push(`${rollup.id} lists ${run.id}, of no entry`)
      if (expected && expected.part.digest !== digestOfRun(run)) {
        this.faults.push(`${rollup.id} describes run ${run.id} otherwise than it was recorded`)
      }
      return expected?.isOld ?? true
    })
  }

  async #listedIn(rollup: Rollup): Promise<RolledRun[] | undefined> {
    const digests: string[] = []
    const runs: RolledRun[] = []
    for (const { key } of rollup.manifests) {
      const bytes = await this.#fetch(key)
      if (!bytes) return undefined
      digests.push(sha256(bytes))
      try {
        runs.push(...decodeManifest(bytes, key))
      } catch (fault) {
        if (!(fault instanceof ArchiveError)) throw fault
        this.faults.push(fault.message)
        return undefined
      }
    }
    if (digestOfObjects(digests) !== rollup.digest) {
      this.faults.push(`the manifests of ${rollup.id} are not those that were recorded`)
    }
    return runs
  }

  async #checkBytes(run: RolledRun): Promise<void> {
    const digest = digestOfRun(run)
    if (this.#right.has(digest)) return
    const digests: string[] = []
    for (const { key } of run.buckets) {
      const bytes = await this.#fetch(key)
      if (!bytes) return
      digests.push(sha256(bytes))
    }
    if (digestOfObjects(digests) === run.digest) this.#right.set(digest, countsOf(run.buckets))
    else this.faults.push(`the buckets of run ${run.id} are not those that were recorded`)
  }

  async #fetch(key: string): Promise<Buffer | undefined> {
    const found = await this.#store.get(key)
    if (found) return found.bytes
    this.isAnyGone = true
    this.faults.push(`${key} is gone`)
    return undefined
  }
}

function countsOf(buckets: readonly BucketRef[]): CheckedObjects {
  return {
    runs: 1,
    buckets: buckets.length,
    bytes: buckets.reduce((sum, each) => sum + each.sizeBytes, 0),
    events: buckets.reduce((sum, each) => sum + each.eventCount, 0),
  }
}
