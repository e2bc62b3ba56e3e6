import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelOf } from '../../lib/brigade/choose-recut.ts'
import { chooseRollup } from '../../lib/brigade/choose-rollup.ts'
import {
  type BucketRef,
  type Catalog,
  emptyCatalog,
  type IndexRef,
  type ManifestRef,
  type Rollup,
  type Run,
} from '../../lib/catalog/catalog.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { logLabel } from '../support/log-label.ts'
import { noTerms } from '../support/no-terms.ts'

const settings = settingsWith({
  rollupPartsMin: 3,
  rollupPartsMax: 30,
  rollupOpenPartsMin: 5,
  rollupWaitMillis: 60_000,
})
const minute = 60e6
const hour = 60 * minute
const day = 24 * hour
/** 2026-01-01T00:00:00Z */
const start = 1_767_225_600_000_000

const wholeIndex: IndexRef = { key: '', sizeBytes: 0, terms: { ...noTerms, detail: 'whole' } }

/** A run of one bucket; from `at` hours behind the start. */
function run(id: string, at = 0, hours = 1, more: Partial<Run> = {}): Run {
  const startMicros = start + at * hour
  const buckets = [{ sizeBytes: 100, frameCount: 1 } as BucketRef]
  const summary = { key: '', sizeBytes: 0, headBytes: 0 }
  const period = { startMicros, endMicros: startMicros + hours * hour }
  const content = { isFull: true, buckets, digest: '', index: wholeIndex, summary, maskSeq: 0 }
  return { id, ...logLabel, ...period, ...content, ...more }
}

function rollup(id: string, at: number, hours: number, sizeBytes = 100): Rollup {
  const startMicros = start + at * hour
  const manifests = [{ frameCount: 1 } as ManifestRef]
  const counts = { runCount: 1, bucketCount: 1, sizeBytes, rawBytes: sizeBytes }
  const period = { startMicros, endMicros: startMicros + hours * hour }
  const content = { manifests, digest: '', index: wholeIndex, maskSeq: 0 }
  const { policy, domain } = logLabel
  return { id, policy, domain, ...period, ...counts, ...content }
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `r${i}`)

function chosen(catalog: Partial<Catalog>, nowMicros = start + 100 * day, damaged: string[] = []) {
  const all = { ...emptyCatalog, ...catalog }
  const choice = chooseRollup(all, settings, nowMicros, new Set(damaged))
  return choice && [(choice.period.endMicros - choice.period.startMicros) / hour, idsOf(choice)]
}

function idsOf(choice: { parts: readonly { id: string }[] }): string {
  return choice.parts.map(part => part.id).join(' ')
}

const threeRuns = names(3).map(id => run(id))
const dayOfHours = Array.from({ length: 24 }, (_, i) => rollup(`h${i}`, i, 1))
const days = Array.from({ length: 31 }, (_, i) => rollup(`d${i}`, 24 * i, 24))

const table: readonly [string, Partial<Catalog>, unknown][] = [
  ['nothing', {}, undefined],
  ['fewer runs than are worth it', { runs: threeRuns.slice(1) }, undefined],
  ['the runs of an hour', { runs: threeRuns }, [1, 'r0 r1 r2']],
  ['runs of hours of one day', { runs: names(4).map((id, i) => run(id, i)) }, [24, 'r0 r1 r2 r3']],
  [
    'runs of days of one month',
    { runs: names(3).map((id, i) => run(id, 24 * i, 24)) },
    [744, 'r0 r1 r2'],
  ],
  ['no runs of months', { runs: names(5).map((id, i) => run(id, 744 * i, 744)) }, undefined],
  [
    'runs and roll-ups of a day, in order of time',
    { runs: [run('late', 1), run('r', 5)], rollups: [rollup('h', 3, 1)] },
    [24, 'late h r'],
  ],
  ['an hour before its day', { runs: threeRuns, rollups: dayOfHours }, [1, 'h0 r0 r1 r2']],
  ['as many at once as may be open', { rollups: days.slice(0, 31) }, [744, days30()]],
  [
    'late runs with a roll-up as small',
    { runs: threeRuns, rollups: [rollup('h', 0, 1, 600)] },
    [1, 'h r0 r1 r2'],
  ],
  [
    'late runs without one that is large',
    { runs: threeRuns, rollups: [rollup('h', 0, 1, 601)] },
    [1, 'r0 r1 r2'],
  ],
  [
    'no late runs that are few',
    { runs: threeRuns.slice(1), rollups: [rollup('h', 0, 1, 601)] },
    [24, 'h r1 r2'],
  ],
]

for (const [what, catalog, expected] of table) {
  test(`a roll-up takes ${what}`, () => assert.deepEqual(chosen(catalog), expected))
}

test('a roll-up waits until the period is over, and then some time for late events', () => {
  const catalog = { runs: threeRuns }

  assert.equal(chosen(catalog, start + hour), undefined)
  assert.equal(chosen(catalog, start + hour + minute - 1), undefined)
  assert.ok(chosen(catalog, start + hour + minute))
})

test('in an hour that goes on many runs are rolled up, but what is rolled up stays', () => {
  const runs = names(5).map(id => run(id))
  const rollups = [rollup('h', 0, 1)]

  assert.deepEqual(chosen({ runs, rollups }, start), [1, 'r0 r1 r2 r3 r4'])
  assert.equal(chosen({ runs: runs.slice(1), rollups }, start), undefined)
})

test('the first of the widest roll-ups is final', () => {
  const runs = names(3).map((id, i) => run(id, 24 * i, 24))
  const isFinal = (rollups: Rollup[]) => {
    const catalog = { ...emptyCatalog, runs, rollups }
    return chooseRollup(catalog, settings, start + 100 * day, new Set())?.isFinal
  }

  assert.equal(isFinal([]), true)
  assert.equal(isFinal([rollup('month', 0, 744, 1e9)]), false)
})

test('a run whose index cannot be merged stays as it is', () => {
  const index = { key: '', sizeBytes: 0, terms: { ...noTerms, detail: 'counts' } } as const
  const final = run('final', 0, 1, { index })

  assert.deepEqual(chosen({ runs: [...threeRuns, final] }), [1, 'r0 r1 r2'])
})

test('a roll-up waits while somebody works in its period, and for what is to be compacted', () => {
  const claim = { jobId: 'J', kind: 'compact', inputs: ['r1'], claimedMicros: 0 } as const
  const open = threeRuns.map(each => ({ ...each, isFull: false }))

  assert.equal(chosen({ runs: threeRuns, claims: [claim] }), undefined)
  assert.equal(chosen({ runs: open }), undefined)
})

test('a part that is damaged stays as it is', () => {
  const runs = names(4).map(id => run(id))

  assert.deepEqual(chosen({ runs }, undefined, ['r1']), [1, 'r0 r2 r3'])
})

test('parts of other policies are no company', () => {
  const policies = ['0/**', '1/**'].map(pattern => ({ ...logPolicy, pattern }))
  const runs = threeRuns.map((each, i) => ({ ...each, ...labelOf(policies[i % 2]!, policies) }))

  assert.equal(chosen({ runs, policies }), undefined)
  const alike = runs.map(each => ({ ...each, ...labelOf(policies[0]!, policies) }))
  assert.notEqual(chosen({ runs: alike, policies }), undefined)
})

test('what is to be cut anew is not rolled up as it is', () => {
  const policies = [{ ...logPolicy, frameSizeBytes: 2 ** 20 }]

  assert.equal(chosen({ runs: threeRuns, policies }), undefined)
})

function days30(): string {
  return days
    .slice(0, 30)
    .map(each => each.id)
    .join(' ')
}
