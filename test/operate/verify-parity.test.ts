import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFault } from '../../lib/operate/finding.ts'
import { verifyArchive } from '../../lib/operate/verify.ts'
import { flipping } from '../support/damaged-store.ts'
import {
  framesOfGroups,
  guardedArchive,
  guardedBucket,
  guardedCount,
  guardedPolicy,
  spoilFrames,
} from '../support/guarded-archive.ts'
import { findingsOf } from '../support/operated-archive.ts'

test('every flipped byte of a bucket with parity is found, and can be repaired', async () => {
  const place = await guardedArchive({}, { ...guardedPolicy, frameSizeBytes: 3000 })
  const { ref } = await guardedBucket(place)
  for (let position = 0; position < ref.sizeBytes; position += 41) {
    const store = flipping(place.store, ref.key, position)
    const verification = verifyArchive({ ...place, store })

    const findings = (await Array.fromAsync(verification)).filter(isFault)

    assert.equal(findings.length, 1, `byte ${position}`)
    const { kind, object, startByte, endByte, remedy, eventCount } = findings[0]!
    assert.deepEqual([kind, object, remedy], ['damaged', ref.key, 'repair'])
    assert.ok(startByte! <= position && position < endByte!, `byte ${position}`)
    assert.equal(eventCount, undefined)
    assert.equal(verification.summary().events, guardedCount)
  }
})

test('what parity does not heal is named with what answers lack', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  const [[first, second], other] = framesOfGroups(directory)
  await spoilFrames(place, ref.key, [first!, second!, other])

  const found = (await findingsOf(place)).filter(each => each.object === ref.key)

  assert.deepEqual(
    found.map(({ startByte, remedy, eventCount }) => [startByte, remedy, eventCount]),
    [
      [first!.startByte, 'none', first!.eventCount],
      [second!.startByte, 'none', second!.eventCount],
      [other.startByte, 'repair', undefined],
    ],
  )
  assert.match(found[2]!.reason, /parity heals it/)
})
