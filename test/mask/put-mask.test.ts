import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventSelection } from '../../lib/catalog/catalog.ts'
import { erasureStatus, listErasures } from '../../lib/mask/erasure-status.ts'
import { addHold, releaseHold } from '../../lib/mask/holds.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { catalogOf } from '../support/brigade-place.ts'
import { makePlace } from '../support/workplace.ts'

const ofUser = { stream: 'user/4711' }

test('the same request again is the same erasure, another one of its id is refused', async () => {
  const place = makePlace()

  await putMask(place, { erasureId: 'e', selection: ofUser })
  await putMask(place, { erasureId: 'e', selection: { query: '', ...ofUser } })

  assert.equal((await catalogOf(place)).masks.length, 1)
  assert.deepEqual(
    (await listErasures(place.store)).map(each => each.state),
    ['masked'],
  )
  await assert.rejects(putMask(place, { erasureId: 'e', selection: { stream: 'x' } }), {
    code: 'conflict',
  })
})

test('everything is erased only when that is said', async () => {
  const place = makePlace()

  await assert.rejects(putMask(place, { erasureId: 'e', selection: { query: '  ' } }), {
    code: 'invalid',
  })
  await putMask(place, { erasureId: 'e', selection: {}, everything: true })

  assert.equal((await erasureStatus(place.store, 'e')).state, 'masked')
})

test('what cannot be meant is refused', async () => {
  const place = makePlace()
  const wrong: EventSelection[] = [
    { stream: 'a b' },
    { startMicros: 5, endMicros: 5 },
    { startMicros: 0.5 },
    { query: '(' },
  ]

  for (const selection of wrong) {
    await assert.rejects(putMask(place, { erasureId: 'e', selection }), { code: 'invalid' })
  }
  await assert.rejects(putMask(place, { erasureId: '', selection: ofUser }), { code: 'invalid' })
  await assert.rejects(erasureStatus(place.store, 'e'), { code: 'missing' })
})

const held: readonly (readonly [EventSelection, EventSelection, boolean])[] = [
  [ofUser, ofUser, true],
  [ofUser, { stream: 'user/4712' }, false],
  [ofUser, { stream: 'user/*' }, true],
  [ofUser, { stream: 'web/**' }, false],
  [{ stream: 'user/**' }, { stream: 'user/eu/*' }, true],
  [{ stream: 'user/**' }, { stream: 'web/*' }, false],
  [{ startMicros: 10 }, { endMicros: 10 }, false],
  [{ startMicros: 10 }, { endMicros: 11 }, true],
  [{ query: 'a' }, { query: 'b' }, true],
]

for (const [hold, selection, isRefused] of held) {
  const verdict = isRefused ? 'refuses' : 'allows'
  test(`a hold of ${JSON.stringify(hold)} ${verdict} ${JSON.stringify(selection)}`, async () => {
    const place = makePlace()
    await addHold(place, { id: 'case 7', selection: hold, reason: 'litigation' })
    const erasing = () => putMask(place, { erasureId: 'e', selection })

    if (isRefused) {
      await assert.rejects(erasing, { code: 'conflict', message: /case 7 \(litigation\)/ })
      assert.deepEqual((await catalogOf(place)).masks, [])
      await releaseHold(place, 'case 7')
    }
    await erasing()

    assert.equal((await catalogOf(place)).masks.length, 1)
  })
}

test('a hold does not come too late without saying so', async () => {
  const place = makePlace()
  await putMask(place, { erasureId: 'e', selection: ofUser })

  const adding = addHold(place, { id: 'h', selection: { stream: 'user/**' }, reason: 'late' })

  await assert.rejects(adding, { code: 'conflict', message: /erasure e is in progress/ })
  await assert.rejects(releaseHold(place, 'h'), { code: 'missing' })
})
