import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseRuns } from '../../lib/brigade/choose-runs.ts'
import { type BucketRef, type Catalog, emptyCatalog, type Run } from '../../lib/catalog/catalog.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { logLabel } from '../support/log-label.ts'
import { noTerms } from '../support/no-terms.ts'

const settings = settingsWith({ compactRunsMin: 4, compactRunsMax: 6 })
const hour = 3600e6
const nowMicros = 100 * hour

/** Runs `0`, `1`, … of these sizes; each is one bucket, or several of the same size. */
function runs(sizes: readonly number[], startMicros = 100 * hour, policy = '**'): Run[] {
  return sizes.map((sizeBytes, i) => ({
    id: `${policy}${startMicros / hour}/${i}`,
    ...logLabel,
    policy,
    startMicros,
    endMicros: startMicros + hour,
    isFull: false,
    digest: '',
    index: { key: '', sizeBytes: 0, terms: noTerms },
    summary: { key: '', sizeBytes: 0, headBytes: 0 },
    buckets: [{ sizeBytes } as BucketRef],
    maskSeq: 0,
  }))
}

function chosen(
  runs: readonly Run[],
  more: Partial<Catalog> = {},
  damaged: string[] = [],
): number[] {
  const catalog = { ...emptyCatalog, runs, ...more }
  const found = chooseRuns(catalog, settings, nowMicros, new Set(damaged))
  return found.map(run => run.buckets.reduce((sum, bucket) => sum + bucket.sizeBytes, 0))
}

const growing: readonly (readonly [sizes: number[], chosen: number[]])[] = [
  [[], []],
  [[5], []],
  [[5, 5, 5], []],
  [
    [5, 5, 5, 5],
    [5, 5, 5, 5],
  ],
  [
    [100, 7, 5, 6, 8],
    [5, 6, 7, 8],
  ],
  [
    [5, 10, 30, 90],
    [5, 10, 30, 90],
  ],
  [[5, 11, 30, 90], []],
  [
    [1, 100, 100, 100, 100],
    [100, 100, 100, 100],
  ],
  [
    [1, 1, 1, 50, 50, 50, 50],
    [50, 50, 50, 50],
  ],
  [
    [9, 8, 7, 6, 5, 4, 3, 2],
    [2, 3, 4, 5, 6, 7],
  ],
]

test('in a period that still grows, enough runs of similar size are merged, smallest first', () => {
  for (const [sizes, expected] of growing) assert.deepEqual(chosen(runs(sizes)), expected)
})

const over: readonly (readonly [sizes: number[], chosen: number[]])[] = [
  [[5], []],
  [
    [5, 5],
    [5, 5],
  ],
  [[5, 11], []],
  [
    [5, 11, 12],
    [11, 12],
  ],
]

test('in a period that is over, two runs of similar size are enough', () => {
  for (const [sizes, expected] of over) {
    assert.deepEqual(chosen(runs(sizes, 98 * hour)), expected)
  }
})

test('runs of other periods and other policies are no company', () => {
  const apart = [...runs([5, 5], 100 * hour), ...runs([5, 5], 101 * hour)]
  const policies = [...runs([5], 98 * hour, 'a/**'), ...runs([5], 98 * hour, '**')]

  assert.deepEqual(chosen([...apart, ...policies]), [])
})

test('a run that another job claimed or that is damaged is left out', () => {
  const all = runs([5, 6, 7, 8, 9])
  const claim = { jobId: 'J', kind: 'compact', inputs: [all[0]!.id], claimedMicros: 0 } as const

  assert.deepEqual(chosen(all, { claims: [claim] }), [6, 7, 8, 9])
  assert.deepEqual(chosen(all, {}, [all[4]!.id]), [5, 6, 7, 8])
  assert.deepEqual(chosen(all, { claims: [claim] }, [all[4]!.id]), [])
})

test('in an hour, runs that are no longer small are left to be rolled up', () => {
  const large = settings.compactHourBytesMax
  const sizes = [large, large - 1, large + 1, large - 2]

  assert.deepEqual(chosen(runs(sizes, 98 * hour)), [large - 2, large - 1])
  const days = runs(sizes, 48 * hour).map(run => ({ ...run, endMicros: 72 * hour }))
  assert.deepEqual(chosen(days), [large - 2, large - 1, large, large + 1])
})
