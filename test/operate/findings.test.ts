import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBucket } from '../../lib/bucket/reader.ts'
import type { FindingKind } from '../../lib/operate/finding.ts'
import { ownerOfBucket } from '../../lib/store/keys.ts'
import { catalogOf } from '../support/brigade-place.ts'
import {
  before,
  change,
  changeBucket,
  changeRun,
  firstBucket,
  firstRun,
  gone,
  rewriteBucket,
  rewriteIndex,
  rewriteSummary,
  tailOf,
} from '../support/corruption.ts'
import { findingsOf, flipByte, operatedArchive, overwrite } from '../support/operated-archive.ts'
import type { TestPlace } from '../support/workplace.ts'

interface Corruption {
  readonly name: string
  /** Makes it; returns the key of the object that is to be named. */
  readonly make: (place: TestPlace) => Promise<string>
  readonly kinds: readonly FindingKind[]
  readonly reason: RegExp
}

const corruptions: readonly Corruption[] = [
  {
    name: 'a bucket that is gone',
    make: async place => gone(place, (await firstBucket(place)).key),
    kinds: ['missing'],
    reason: /is gone/,
  },
  {
    name: 'an index that is gone',
    make: async place => gone(place, (await firstRun(place)).index.key),
    kinds: ['missing'],
    reason: /is gone/,
  },
  {
    name: 'a summary that is gone',
    make: async place => gone(place, (await firstRun(place)).summary.key),
    kinds: ['missing'],
    reason: /is gone/,
  },
  {
    name: 'a manifest that is gone',
    make: async place => gone(place, (await catalogOf(place)).rollups[0]!.manifests[0]!.key),
    kinds: ['missing'],
    reason: /is gone/,
  },
  {
    name: 'a segment that is gone',
    make: async place => gone(place, (await catalogOf(place)).absorbed[0]!.key),
    kinds: ['missing'],
    reason: /is gone/,
  },
  {
    name: 'a bucket that is cut',
    make: async place => {
      const { key } = await firstBucket(place)
      await overwrite(place.store, key, (await place.store.get(key))!.bytes.subarray(0, -1))
      return key
    },
    kinds: ['length', 'damaged'],
    reason: /has \d+ bytes, expected \d+/,
  },
  {
    name: 'a frame that is damaged',
    make: async place => {
      const { key } = await firstBucket(place)
      await flipByte(place.store, key, 20)
      return key
    },
    kinds: ['damaged'],
    reason: /frame at 0: checksum is/,
  },
  {
    name: 'a catalog that counts other events',
    make: async place => {
      const { key } = await firstBucket(place)
      await changeBucket(place, bucket => ({ ...bucket, eventCount: bucket.eventCount + 1 }))
      return key
    },
    kinds: ['contradiction'],
    reason: /eventCount is 8, expected 9/,
  },
  {
    name: 'events outside of the period of their run',
    make: async place => {
      const { key } = await firstBucket(place)
      await changeRun(place, run => ({ ...run, startMicros: run.startMicros + 60e6 }))
      return key
    },
    kinds: ['contradiction'],
    reason: /outside of the period/,
  },
  {
    name: 'a bucket that is referred to twice',
    make: async place => {
      const { key } = await firstBucket(place)
      await change(place, catalog => ({
        runs: [...catalog.runs, catalog.runs[0]!],
      }))
      return key
    },
    kinds: ['contradiction'],
    reason: /twice/,
  },
  {
    name: 'lines out of order',
    make: async place => {
      const { key } = await firstBucket(place)
      await rewriteBucket(place, ([a, b, c, ...rest]) => [a!, c!, b!, ...rest])
      return key
    },
    kinds: ['contradiction'],
    reason: /lines come before the one they follow/,
  },
  {
    name: 'an event that stands there twice',
    make: async place => {
      const { key } = await firstBucket(place)
      await rewriteBucket(place, lines => [lines[0]!, ...lines])
      return key
    },
    kinds: ['contradiction'],
    reason: /events are the one they follow/,
  },
  {
    name: 'an index of other events',
    make: async place => {
      const run = await firstRun(place)
      await rewriteIndex(place, run, line => line.replace('"n":', '"m":9'))
      return run.index.key
    },
    kinds: ['index'],
    reason: /tells other terms than \d+ frames/,
  },
  {
    name: 'a summary of other events',
    make: async place => {
      const run = await firstRun(place)
      await rewriteSummary(place, run, line => line.replace('"n":1', '"n":2'))
      return run.summary.key
    },
    kinds: ['index'],
    reason: /other values/,
  },
  {
    name: 'a batch whose name tells other times',
    make: async place => {
      const [batch] = await Array.fromAsync(tailOf(place))
      const key = batch!.replace(/-([0-9A-Z]{11})-/, (_, first) => `-${before(first)}-`)
      await place.store.create(key, (await place.store.get(batch!))!.bytes)
      await place.store.delete([batch!])
      return key
    },
    kinds: ['contradiction'],
    reason: /firstMicros is \d+, expected \d+/,
  },
  {
    name: 'an orphan',
    make: async place => {
      const key = 'buckets/0123456789ABCDEFGHJKMNPQ/000000.zst'
      await place.store.create(key, Buffer.from('x'))
      return key
    },
    kinds: ['orphan'],
    reason: /nothing refers to it/,
  },
  {
    name: 'a claim of the dead',
    make: async place => {
      const claim = { jobId: 'J', kind: 'fold', inputs: [], claimedMicros: 1 } as const
      await change(place, () => ({ claims: [claim] }))
      return 'J'
    },
    kinds: ['stale-claim'],
    reason: /no sign of life/,
  },
  {
    name: 'a foreign object',
    make: async place => {
      await place.store.create('notes.txt', Buffer.from('x'))
      return 'notes.txt'
    },
    kinds: ['foreign'],
    reason: /none of ours/,
  },
  {
    name: 'a foreign object in the tail',
    make: async place => {
      await place.store.create('tail/notes.txt', Buffer.from('x'))
      return 'tail/notes.txt'
    },
    kinds: ['foreign'],
    reason: /not the name of a batch/,
  },
]

for (const { name, make, kinds, reason } of corruptions) {
  test(`${name} is found and named`, async () => {
    const place = await operatedArchive()
    const object = await make(place)

    const findings = await findingsOf(place)

    const told = findings.map(finding => finding.reason)
    assert.deepEqual(
      [...new Set(findings.map(finding => finding.object))],
      [object],
      told.join('\n'),
    )
    assert.deepEqual([...new Set(findings.map(({ kind }) => kind))], [...new Set(kinds)])
    assert.ok(
      told.some(each => reason.test(each)),
      told.join('\n'),
    )
  })
}

test('a damaged frame is named with its bytes, streams, span and number of events', async () => {
  const place = await operatedArchive()
  const bucket = await firstBucket(place)
  await flipByte(place.store, bucket.key, 20)

  const [finding] = await findingsOf(place)

  const { startByte, endByte, streams, startMicros, endMicros, eventCount } = finding!
  const whole = openBucket((await place.store.get(bucket.key))!.bytes, ownerOfBucket(bucket.key))
  assert.deepEqual([startByte, endByte], [0, whole.frames[0]!.sizeBytes])
  assert.deepEqual(streams, ['s/0'])
  assert.equal(eventCount, whole.frames[0]!.eventCount)
  assert.deepEqual([startMicros, endMicros], [bucket.firstMicros, whole.frames[0]!.lastMicros + 1])
})
