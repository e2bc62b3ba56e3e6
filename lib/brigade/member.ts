import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import { collectGarbage } from './collect.ts'
import { compact } from './compact.ts'
import { certifyErasures, finishMasks, listPending } from './erasing.ts'
import { raiseFloor } from './floor.ts'
import { type Folded, fold } from './fold.ts'
import { cancelStaleClaims } from './job.ts'
import { moveChain } from './move-chain.ts'
import { prune } from './prune.ts'
import { readmit } from './readmit.ts'
import { recut } from './recut.ts'
import { makeWay, rewrite } from './rewrite.ts'
import { rollUp } from './roll-up.ts'
import { moveAbsorbed, sweepTail } from './sweep.ts'

/** What the brigade did. */
export interface BrigadeReport {
  readonly foldedBatches: number
  readonly foldedEvents: number
  readonly compactedRuns: number
  /** Runs cut anew because policies changed or half of them was pruned. */
  readonly recutRuns: number
  /** Runs and narrower roll-ups that became part of a wider one. */
  readonly rolledUpParts: number
  /** Patterns of the policies by whose retention events were pruned. */
  readonly prunedPolicies: readonly string[]
  /** What is past its retention and too much to be pruned without being told to: why. */
  readonly unprunedReasons: readonly string[]
  /** Runs and roll-ups that were made anew, or found to be clean, for an erasure. */
  readonly rewrittenParts: number
  readonly sweptObjects: number
  readonly collectedObjects: number
  /** Ids of erasures whose certificates were written. */
  readonly erased: readonly string[]
  /** Batches and runs that cannot be read and were left as they are. */
  readonly damaged: readonly string[]
}

/**
 * One member of the brigade. Any number of them work on one archive without knowing of each other:
 * every step is decided from the catalog and becomes true by its compare-and-swap.
 */
export class Member {
  readonly #place: Workplace
  readonly #openJobs = new Set<string>()
  /** Jobs of its own that an outage ended: their claims keep their inputs from everybody. */
  #failedJobs: ReadonlySet<string> = new Set()
  readonly #damaged = new Set<string>()
  #tidiedMicros = 0
  #lookedMicros = -Infinity
  /** Batches that wait for nothing: they were put aside when this member last looked at them. */
  #aside: ReadonlySet<string> = new Set()
  /** Batches that waited when this member last looked; writers slow down by it. */
  waitingBatches = 0

  constructor(place: Workplace) {
    this.#place = { ...place, openJobs: this.#openJobs }
  }

  /**
   * Works until nothing is left to do of what is there. Without `tidies` it leaves floor and
   * garbage to another time: they list all objects there are.
   */
  async once(signal?: AbortSignal, { tidies = true } = {}): Promise<BrigadeReport> {
    const place = this.#place
    // What it shows no sign of costs no further request; what comes meanwhile is for the next one.
    const { claims, masks, erasures } = (await loadCatalog(place.store)).catalog
    if (claims.length > 0) await cancelStaleClaims(place, this.#failedJobs)
    this.#failedJobs = new Set()
    if (masks.length > 0) {
      await makeWay(place)
      await listPending(place)
    }
    const readmitted = await this.#readmit()
    // Who folds what comes in while it folds makes a run of every batch: that is for the next time.
    const { batches } = await listTail(place.store)
    const folded = await this.#foldAll(batches, readmitted, signal)
    const sweptObjects = await sweepTail(place, batches)
    const pruned = await this.#prune()
    const rewrittenParts = masks.length > 0 ? await this.#repeat(rewrite, signal) : 0
    if (masks.length > 0) await finishMasks(place)
    const compactedRuns = await this.#repeat(compact, signal)
    const recutRuns = await recut(place, this.#damaged, signal)
    const rolledUpParts = await this.#repeat(rollUp, signal)
    while (!signal?.aborted && (await moveAbsorbed(place)));
    while (!signal?.aborted && (await moveChain(place)));
    const collectedObjects = tidies ? await this.#tidy() : 0
    const isErasing = masks.length + erasures.length > 0
    const erased = (isErasing ? await certifyErasures(place) : []).map(each => each.erasureId)
    const merged = { compactedRuns, recutRuns, rolledUpParts, rewrittenParts }
    const gone = { ...pruned, sweptObjects, collectedObjects, erased }
    return { ...folded, ...merged, ...gone, damaged: [...this.#damaged] }
  }

  /** Works when there is something to do, until the signal is aborted. */
  async run(signal: AbortSignal, report: (done: BrigadeReport) => void): Promise<void> {
    const { clock, settings } = this.#place
    while (!signal.aborted) {
      try {
        if (await this.#isWorthAFold()) {
          report(await this.once(signal, { tidies: this.#isTidyingDue() }))
        }
      } catch (fault) {
        // The next round starts from the catalog again; an outage of the store passes.
        if (!(fault instanceof ArchiveError) || fault.code !== 'unavailable') throw fault
        this.#failedJobs = new Set([...this.#failedJobs, ...this.#openJobs])
        this.#openJobs.clear()
      }
      await clock.sleep(settings.brigadePauseMillis, signal).catch(() => {})
    }
  }

  /** What may be whole again. Now and then, for mostly it is as damaged as before. */
  async #readmit(): Promise<Folded> {
    const nowMicros = this.#place.clock.nowMicros()
    const { tidyPauseMillis } = this.#place.settings
    const passedMicros = Math.abs(nowMicros - this.#lookedMicros)
    if (passedMicros < tidyPauseMillis * 1000) return { batches: 0, events: 0 }
    this.#lookedMicros = nowMicros
    this.#damaged.clear()
    const done = await readmit(this.#place)
    this.#aside = done.aside
    return done
  }

  async #foldAll(
    listed: readonly TailObject[],
    before: Folded,
    signal?: AbortSignal,
  ): Promise<{ foldedBatches: number; foldedEvents: number }> {
    let { batches: foldedBatches, events: foldedEvents } = before
    while (!signal?.aborted && listed.length > 0) {
      const done = await fold(this.#place, this.#damaged, { listed })
      if (!done) break
      foldedBatches += done.batches
      foldedEvents += done.events
    }
    return { foldedBatches, foldedEvents }
  }

  async #prune(): Promise<Pick<BrigadeReport, 'prunedPolicies' | 'unprunedReasons'>> {
    const { policies, pruned } = await prune(this.#place)
    return { prunedPolicies: pruned, unprunedReasons: policies.flatMap(({ unusual }) => unusual) }
  }

  /** Does one kind of job until nothing is left for it; how much it took in. */
  async #repeat(
    job: (...given: Parameters<typeof rollUp>) => ReturnType<typeof rollUp>,
    signal?: AbortSignal,
  ): Promise<number> {
    let taken = 0
    while (!signal?.aborted) {
      const some = await job(this.#place, this.#damaged, signal)
      if (some === undefined) break
      taken += some
    }
    return taken
  }

  /** Floor and garbage. */
  async #tidy(): Promise<number> {
    await raiseFloor(this.#place)
    this.#tidiedMicros = this.#place.clock.nowMicros()
    return await collectGarbage(this.#place)
  }

  async #isWorthAFold(): Promise<boolean> {
    const { clock, settings, store } = this.#place
    const nowMicros = clock.nowMicros()
    const listed = (await listTail(store)).batches
    const isWaiting = ({ identity }: TailObject) =>
      !this.#aside.has(identity) && !this.#damaged.has(identity)
    const batches = listed.filter(isWaiting)
    this.waitingBatches = batches.length
    const oldest = batches[0]
    if (!oldest) return this.#isTidyingDue()
    // What lies in the future is as far off as what lies in the past: a clock was wrong or is.
    const waitedMillis = Math.abs(nowMicros / 1000 - oldest.idTimeMillis)
    const isPlenty = batches.length >= settings.foldObjectsMax
    return isPlenty || waitedMillis >= settings.foldWaitMillis
  }

  #isTidyingDue(): boolean {
    const { clock, settings } = this.#place
    const passedMicros = Math.abs(clock.nowMicros() - this.#tidiedMicros)
    return passedMicros > settings.tidyPauseMillis * 1000
  }
}
