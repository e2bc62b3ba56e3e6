import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseRollup, framesOfPart, isRun } from '../../lib/brigade/choose-rollup.ts'
import { chooseRuns, sizeOf } from '../../lib/brigade/choose-runs.ts'
import {
  type BucketRef,
  type Catalog,
  emptyCatalog,
  type IndexRef,
  type ManifestRef,
  type Rollup,
  type Run,
} from '../../lib/catalog/catalog.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { logLabel } from '../support/log-label.ts'
import { noTerms } from '../support/no-terms.ts'

const settings = settingsWith()
const hour = 3600e6
const day = 24 * hour
const start = Date.UTC(2026, 0, 28) * 1000
const none = new Set<string>()

/** The choices of a brigade whose jobs take no time, without bytes: how much each would write. */
class Flow {
  catalog: Catalog = emptyCatalog
  /** Sizes of all data ever folded, and written by folds and compactions. */
  foldedBytes = 0
  dataBytes = 0
  /** The same of indexes, as bytes of the data they tell of. */
  indexedBytes = 0
  mostIndexes = 0
  #made = 0

  fold(startMicros: number, sizeBytes: number): void {
    this.foldedBytes += sizeBytes
    const run = this.#run(startMicros, startMicros + hour, sizeBytes)
    this.catalog = { ...this.catalog, runs: [...this.catalog.runs, run] }
  }

  work(nowMicros: number): void {
    while (this.#compact(nowMicros) || this.#rollUp(nowMicros));
    const { runs, rollups } = this.catalog
    this.mostIndexes = Math.max(this.mostIndexes, runs.length + rollups.length)
  }

  #compact(nowMicros: number): boolean {
    const chosen = chooseRuns(this.catalog, settings, nowMicros, none)
    if (chosen.length === 0) return false
    const { startMicros, endMicros } = chosen[0]!
    const merged = this.#run(startMicros, endMicros, sum(chosen, sizeOf))
    const runs = [...this.catalog.runs.filter(run => !chosen.includes(run)), merged]
    this.catalog = { ...this.catalog, runs }
    return true
  }

  #rollUp(nowMicros: number): boolean {
    const choice = chooseRollup(this.catalog, settings, nowMicros, none)
    if (!choice) return false
    const { policy, domain, period, parts, isFinal } = choice
    const sizeBytes = sum(parts, part => (isRun(part) ? sizeOf(part) : part.sizeBytes))
    this.indexedBytes += sizeBytes
    const manifests = [{ frameCount: sum(parts, framesOfPart) } as ManifestRef]
    const content = { manifests, digest: '', maskSeq: 0 }
    const counts = { runCount: 0, bucketCount: 0, sizeBytes, rawBytes: 0, ...content }
    const id = `${this.#made++}`
    const made: Rollup = { id, policy, domain, ...period, ...counts, index: indexOf(isFinal) }
    const isLeft = ({ id }: Run | Rollup) => !parts.some(part => part.id === id)
    const { runs, rollups } = this.catalog
    this.catalog = {
      ...this.catalog,
      runs: runs.filter(isLeft),
      rollups: [...rollups.filter(isLeft), made],
    }
    return true
  }

  #run(startMicros: number, endMicros: number, sizeBytes: number): Run {
    this.dataBytes += sizeBytes
    this.indexedBytes += sizeBytes
    const buckets = [{ sizeBytes, frameCount: 4 } as BucketRef]
    const summary = { key: '', sizeBytes: 0, headBytes: 0 }
    const sealed = { isFull: false, buckets, digest: '', maskSeq: 0 }
    const content = { ...sealed, index: indexOf(false), summary }
    return { id: `${this.#made++}`, ...logLabel, startMicros, endMicros, ...content }
  }
}

function indexOf(isFinal: boolean): IndexRef {
  return { key: '', sizeBytes: 0, terms: { ...noTerms, detail: isFinal ? 'counts' : 'whole' } }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

/** Folds at this rate, four days of one month and four of the next; and a month later. */
function eightDays(foldsPerHour: number, sizeBytes: number): Flow {
  const flow = new Flow()
  for (let micros = start; micros < start + 8 * day; micros += hour) {
    for (let i = 0; i < foldsPerHour; i++) {
      flow.fold(micros, sizeBytes)
      flow.work(micros + (i * hour) / foldsPerHour)
    }
  }
  flow.work(start + 40 * day)
  return flow
}

test('at a high rate data is written once behind the tail, an index once a width', () => {
  const flow = eightDays(100, 13e6)

  assert.equal(flow.dataBytes, flow.foldedBytes)
  assert.ok(flow.indexedBytes <= 4 * flow.foldedBytes)
  assert.ok(flow.mostIndexes < 160)
  assert.deepEqual([flow.catalog.runs.length, flow.catalog.rollups.length], [0, 2])
})

test('at lower rates small runs are compacted first, which writes data twice more', () => {
  for (const [foldsPerHour, sizeBytes] of [
    [20, 1e6],
    [4, 1e6],
    [10, 7e6],
  ] as const) {
    const flow = eightDays(foldsPerHour, sizeBytes)

    assert.ok(flow.dataBytes <= 3 * flow.foldedBytes)
    assert.ok(flow.indexedBytes <= 5 * flow.foldedBytes)
    assert.deepEqual([flow.catalog.runs.length, flow.catalog.rollups.length], [0, 2])
  }
})
