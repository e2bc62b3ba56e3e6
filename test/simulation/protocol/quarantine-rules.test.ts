import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { putAside } from '../../../lib/brigade/quarantine.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import { parseTailKey } from '../../../lib/store/keys.ts'
import type { SealedBatch } from '../../../lib/write/batch.ts'
import { day, isTailPut, ruleTest, type Scene } from './scene.ts'

ruleTest(
  ['quarantine-unsettled-only'],
  'what was folded meanwhile is not put aside',
  async scene => {
    await recreated(scene, async batch => {
      await fold(scene.place('fold'), new Set())
      await aside(scene, batch)
    })
  },
)

ruleTest(
  ['quarantine-outlives-floor'],
  'what was put aside is kept, however old it grows',
  async scene => {
    const { key, bytes } = scene.batch('b0')
    await scene.put('b0', { key, bytes, eventCount: 1 })
    scene.world.overwrite(key, bytes.subarray(0, 20))
    await scene.brigade()
    scene.world.advance(8 * day)
    await raiseFloor(scene.place('floor'))
    await sweepTail(scene.place('sweep'))
    // Somebody puts back what there is a copy of, where it still lies.
    if (scene.world.object(key)) scene.world.overwrite(key, bytes)
    await scene.brigade('again')
  },
)

ruleTest(['fold-ends-quarantine'], 'what was folded is put aside no more', async scene => {
  await recreated(scene, async batch => {
    await aside(scene, batch)
    const again = new Set([parseTailKey(batch.key).identity])
    await fold(scene.place('fold'), new Set(), { again })
  })
})

/** A batch is absorbed and forgotten; then its first PUT, given up long ago, takes effect. */
async function recreated(
  scene: Scene,
  absorb: (batch: SealedBatch) => Promise<void>,
): Promise<void> {
  const zombie = scene.world.delay('w', isTailPut)
  const batch = scene.batch('b0')
  await scene.put('b0', batch)
  await absorb(batch)
  await sweepTail(scene.place('sweep'))
  await moveAbsorbed(scene.place('sweep'))
  scene.world.advance(8 * day)
  await raiseFloor(scene.place('floor'))
  zombie.release()
  await scene.brigade()
}

/** Another member found it unreadable. */
async function aside(scene: Scene, { key, bytes }: SealedBatch): Promise<void> {
  const batch = { ...parseTailKey(key), sizeBytes: bytes.length }
  await putAside(scene.place('aside'), [{ batch, isReadable: false, reason: 'unreadable' }])
}
