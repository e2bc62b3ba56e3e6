import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commit } from '../../lib/catalog/commit.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { backUp } from '../../lib/operate/backup.ts'
import { chooseGeneration } from '../../lib/operate/choose-generation.ts'
import { type Generation, listGenerations } from '../../lib/operate/generation.ts'
import { mayHoldErased } from '../../lib/operate/mask-state.ts'
import type { TestPlace } from '../support/workplace.ts'
import { answersOf, grownPlace, otherStore, restored } from './grown-place.ts'

const selection = { stream: 's/1' }

/** As when every run was rewritten. */
async function finishErasures(place: TestPlace): Promise<void> {
  await commit(place, current => ({
    next: { ...current, masks: [] },
    landed: later => later.masks.length === 0,
  }))
}

const masks = (last: number, ...standing: number[]) => ({ last, standing })
const generation = (number: number, state: Generation['masks']) =>
  ({ number, masks: state, takenMicros: number, lacking: [] }) as unknown as Generation

const states: readonly [what: string, earlier: Generation['masks'], isHeld: boolean][] = [
  ['before both', masks(0), true],
  ['while the first stood', masks(1, 1), true],
  ['after the first', masks(1), false],
  ['while the second stood', masks(2, 2), false],
  ['while both stood', masks(2, 1, 2), true],
]
for (const [what, earlier, isHeld] of states) {
  test(`a backup from ${what} ${isHeld ? 'may hold' : 'holds nothing of'} what is erased`, () => {
    assert.equal(mayHoldErased(earlier, masks(2, 2)), isHeld)
  })
}

test('what a mask hides stays hidden in what is restored', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await putMask(place, { erasureId: 'e', selection })

  await backUp(place, backup)
  const target = await restored(place, backup)

  const answers = await answersOf(target)
  assert.deepEqual(answers, await answersOf(place))
  assert.ok(!JSON.stringify(answers).includes('"s/1"'))
})

test('the next backup drops those that hold what has been erased since', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  await putMask(place, { erasureId: 'e', selection })
  const standing = await backUp(place, backup)
  await finishErasures(place)

  const { dropped } = await backUp(place, backup, { keep: 10 })

  assert.deepEqual(standing.dropped, [])
  assert.deepEqual(dropped, [
    { number: 1, because: 'erasure' },
    { number: 2, because: 'erasure' },
  ])
  const { readable } = await listGenerations(backup)
  assert.deepEqual(
    readable.map(({ number }) => number),
    [3],
  )
})

test('one that was not dropped yet is not restored', () => {
  const readable = [generation(1, masks(0)), generation(2, masks(1, 1)), generation(3, masks(1))]
  const choose = (number?: number) =>
    chooseGeneration({ readable, unreadable: [] }, 'memory:', number ? { generation: number } : {})

  assert.throws(() => choose(1), /backup 1 holds what has been erased .* restored is backup 3/)
  assert.throws(() => choose(2), /backup 2 holds what has been erased/)
  assert.equal(choose().number, 3)
})

test('certificates of erasures come along', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await place.store.create('erasures/AB', Buffer.from('{}'))

  const { generation: made } = await backUp(place, backup)
  const target = await restored(place, backup)

  assert.deepEqual(made.lacking, [])
  assert.equal((await target.store.get('erasures/AB'))?.bytes.toString(), '{}')
})
