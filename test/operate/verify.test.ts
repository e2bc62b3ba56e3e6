import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Member } from '../../lib/brigade/member.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { verifyArchive } from '../../lib/operate/verify.ts'
import { catalogOf } from '../support/brigade-place.ts'
import { answering } from '../support/damaged-store.ts'
import { allKeys, findingsOf, operatedArchive } from '../support/operated-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

test('nothing is found in a whole archive, and every event of it was looked at', async () => {
  const place = await operatedArchive()
  const { runs, rollups, absorbed } = await catalogOf(place)
  for (const parts of [runs, rollups, absorbed]) assert.notEqual(parts.length, 0)
  const verification = verifyArchive(place)

  const findings = await Array.fromAsync(verification)

  assert.deepEqual(findings, [])
  const { complete, cursor, faults, notes, events } = verification.summary()
  assert.deepEqual(
    { complete, cursor, faults, notes },
    { complete: true, cursor: null, faults: 0, notes: 0 },
  )
  assert.equal(events, 52)
})

test('an empty archive is whole', async () => {
  assert.deepEqual(await findingsOf(makePlace()), [])
})

test('every flipped byte of every object is found, and the object is named', async () => {
  const place = await operatedArchive()
  const keys = await allKeys(place.store)
  // What lies below a manifest or a catalog that cannot be read is not looked at.
  const leading = keys.filter(key => key === 'catalog' || key.startsWith('manifests/'))
  const others = keys.filter(key => !leading.includes(key))
  for (const flipped of [others, ...leading.map(key => [key])]) {
    const sizes = new Map<string, number>()
    for (const key of flipped) sizes.set(key, (await place.store.get(key))!.bytes.length)
    for (let position = 0; position < Math.max(...sizes.values()); position++) {
      const damaged = flipped.filter(key => position < sizes.get(key)!)

      const findings = await findingsOf(flippingAll(place, damaged, position))

      const named = new Set(findings.filter(isFault).map(finding => finding.object))
      assert.deepEqual([...named].sort(), damaged, `byte ${position}`)
    }
  }
})

/** A place whose store answers with one byte of each of these objects flipped. */
function flippingAll(place: TestPlace, keys: readonly string[], position: number): TestPlace {
  let { store } = place
  for (const key of keys) {
    store = answering(store, key, (bytes, start) => {
      const at = position - start
      if (at < 0 || at >= bytes.length) return bytes
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 0x10
      return flipped
    })
  }
  return { ...place, store }
}

test('a byte that is flipped on its way only is no finding', async () => {
  const place = await operatedArchive()
  for (const damaged of await allKeys(place.store)) {
    let isFirst = true
    const store = answering(place.store, damaged, bytes => {
      if (!isFirst || damaged === 'catalog') return bytes
      isFirst = false
      const flipped = Buffer.from(bytes)
      flipped[10]! ^= 1
      return flipped
    })

    assert.deepEqual(await findingsOf({ ...place, store }), [], damaged)
  }
})

test('a verification that is ended goes on behind what it looked at', async () => {
  const place = await operatedArchive({ verifyConcurrency: 1 })
  const { runs, rollups } = await catalogOf(place)
  const damaged = [...runs, ...rollups].map(part => part.index.key)
  for (const key of damaged) await place.store.delete([key])
  const whole = (await findingsOf(place)).map(({ object }) => object)

  const found: string[] = []
  let cursor: string | null = 'tail'
  let [events, rounds] = [0, 0]
  for (; cursor !== null; rounds++) {
    assert.ok(rounds < 20)
    // Each time it ends at the first moment it can: after one batch or run.
    const verification = verifyArchive(place, { signal: AbortSignal.abort(), cursor })
    for await (const { object } of verification) found.push(object)
    events += verification.summary().events
    cursor = verification.summary().cursor
  }
  assert.ok(rounds > 6)

  assert.deepEqual([...new Set(found)].sort(), [...new Set(whole)].sort())
  assert.equal(events, 52)
})

test('a period and a sample look at a part of the events', async () => {
  const place = await operatedArchive()
  const { rollups } = await catalogOf(place)
  const { startMicros, endMicros } = rollups[0]!

  const month = verifyArchive(place, { startMicros, endMicros })
  await Array.fromAsync(month)
  let sampled = 0
  for (let n = 0; n < 50; n++) {
    const sample = verifyArchive(place, { share: 0.25 })
    assert.deepEqual(await Array.fromAsync(sample), [])
    sampled += sample.summary().events
  }

  assert.equal(month.summary().events, 24)
  assert.ok(sampled > 52 * 50 * 0.1 && sampled < 52 * 50 * 0.4, String(sampled))
})

test('a share or a cursor that cannot be is refused', () => {
  for (const options of [{ share: 0 }, { share: 2 }, { cursor: 'x' }, { cursor: 'tail a b c' }]) {
    assert.throws(() => verifyArchive(makePlace(), options), { code: 'invalid' })
  }
})

test('what the brigade replaces meanwhile is no finding', async () => {
  const place = await operatedArchive()
  const verification = verifyArchive({
    ...place,
    settings: { ...place.settings, verifyConcurrency: 1 },
    store: {
      ...answering(place.store, '', bytes => bytes),
      // Before each GET of a bucket the brigade rewrites what it can, and deletes the rest.
      get: async (key, options) => {
        if (key.startsWith('buckets/') || key.startsWith('tail/')) {
          place.clock.advance(24 * 3600e3)
          await new Member(place).once()
        }
        return place.store.get(key, options)
      },
    },
  })

  assert.deepEqual(await Array.fromAsync(verification), [])
})
