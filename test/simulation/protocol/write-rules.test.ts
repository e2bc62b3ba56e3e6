import { fold } from '../../../lib/brigade/fold.ts'
import { putBatch } from '../../../lib/write/put-batch.ts'
import { putUnderRisingFloor, someFoldedBatch } from './rising-floor.ts'
import { day, isTailPut, ruleTest, type Scene } from './scene.ts'

ruleTest(['ack-after-landing'], 'an unknown outcome is not success', async scene => {
  scene.world.inject('request-lost', { process: 'w', times: 99 })
  await scene.put('b0')
})

ruleTest(['identity-is-key'], 'two contents under one id are two batches', async scene => {
  await scene.put('b0', scene.batch('b0', 'same'))
  await fold(scene.place('fold'), new Set())
  await scene.put('b1', scene.batch('b1', 'same'))
})

const frozenBetweenAttempts = async (scene: Scene) => {
  await someFoldedBatch(scene)
  scene.world.inject('request-lost', { process: 'w', which: isTailPut })
  const firstTry = scene.world.pauseAfter('w', isTailPut)
  const put = scene.put('b0')
  await firstTry.reached
  scene.world.advance(8 * day)
  const { before, after } = await putUnderRisingFloor(scene, async () => {
    firstTry.resume()
    await put
  })
  scene.expect(!before.includes('b0') || after.includes('b0'), 'I4 b0 was seen and vanished')
}
ruleTest(['no-send-when-old'], 'a thawed writer does not send again', frozenBetweenAttempts)
ruleTest(
  ['no-send-when-old', 'no-ack-when-old'],
  'what lands after its window is not acknowledged',
  frozenBetweenAttempts,
)

// What was never acknowledged and took effect that late may be seen and vanish (assumption A3).
ruleTest(['no-ack-when-old'], 'a put that took days is not acknowledged', async scene => {
  await someFoldedBatch(scene)
  const sent = scene.world.pauseBefore('w', isTailPut)
  const put = scene.put('b0')
  await sent.reached
  scene.world.advance(8 * day)
  await putUnderRisingFloor(scene, async () => {
    sent.resume()
    await put
  })
})

ruleTest(['lookup-before-ack'], 'an old batch is acknowledged only when found', async scene => {
  const batch = scene.batch('b0')
  scene.world.advance(2 * day)
  await scene.put('b0', batch)
})

ruleTest(['lookup-before-ack'], 'and one that is there is acknowledged', async scene => {
  const [stored, lost] = [scene.batch('b0'), scene.batch('b1')]
  await scene.put('b0', stored)
  scene.world.advance(2 * day)
  for (const state of ['in the tail', 'folded']) {
    const again = await putBatch(scene.place('w'), stored).then(
      () => true,
      () => false,
    )
    scene.expect(again, `W4 b0 is ${state} and was not found`)
    await fold(scene.place('fold'), new Set())
  }
  await scene.put('b1', lost)
})

// A writer whose clock was set back sends an old id, is told that it is old, and sends it again.
ruleTest(['no-late-find'], 'what landed late is not acknowledged for being there', async scene => {
  await someFoldedBatch(scene)
  const batch = scene.batch('b0')
  scene.world.advance(8 * day)
  await putUnderRisingFloor(scene, async () => {
    await scene.place('w').store.create(batch.key, batch.bytes)
    await scene.put('b0', batch)
  })
})
