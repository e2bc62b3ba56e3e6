import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { sweepTail } from '../../../lib/brigade/sweep.ts'
import { day, isSwap, isTailPut, reached, ruleTest } from './scene.ts'
import { recreated } from './zombie.ts'

ruleTest(['sweep-only-recent'], 'only what is settled is deleted', async scene => {
  await scene.put('b0')
  await sweepTail(scene.place('sweep'))
})

ruleTest(['sweep-remembers'], 'an id that is swept is not forgotten', async scene => {
  await recreated(scene, async () => {})
})

ruleTest(['floor-is-absorbed'], 'what lies below the floor is not folded again', async scene => {
  await recreated(scene, async () => {
    scene.world.advance(8 * day)
    await raiseFloor(scene.place('floor'))
  })
  await fold(scene.place('again'), new Set())
})

ruleTest(['floor-waits-tail'], 'the floor does not pass an unfolded batch', async scene => {
  await scene.put('older')
  await scene.brigade()
  await scene.put('b0')
  scene.world.advance(8 * day)
  await raiseFloor(scene.place('floor'))
})

ruleTest(['floor-value-first'], 'the value is older than the listing', async scene => {
  await scene.put('older')
  await scene.brigade()
  const hold = scene.world.pauseBefore('floor', call => call.kind === 'get')
  const raising = raiseFloor(scene.place('floor'))
  await hold.reached
  await scene.put('b0')
  scene.world.advance(8 * day)
  hold.resume()
  await raising
})

ruleTest(['floor-lags-accept'], 'the floor passes nothing that may still land', async scene => {
  await scene.put('older')
  await scene.brigade()
  const sent = scene.world.pauseBefore('w', isTailPut)
  const put = scene.put('b0')
  await sent.reached
  scene.world.advance(1.5 * day)
  const hold = scene.world.pauseBefore('floor', isSwap)
  const raising = raiseFloor(scene.place('floor'))
  const isHeld = await reached(hold, raising)
  sent.resume()
  await put
  const before = await scene.visible()
  if (isHeld) hold.resume()
  await raising
  const after = await scene.visible()
  scene.expect(!before.includes('b0') || after.includes('b0'), 'I4 b0 was seen and vanished')
})
