import { finishMasks, listPending } from '../../../lib/brigade/erasing.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { putMask } from '../../../lib/mask/put-mask.ts'
import { createReader } from '../../../lib/read/reader.ts'
import { isUpload, reached, ruleTest, type Scene } from './scene.ts'

/** Asks for the erasure of the event; it need not be anywhere from then on. */
async function erase(scene: Scene, name: string, erasureId = `of ${name}`): Promise<void> {
  await putMask(scene.place('eraser'), { erasureId, selection: { query: `name:${name}` } })
  scene.acked.delete(name)
}

/** A read that begins now: it may not see the event. */
async function readWithout(scene: Scene, name: string): Promise<void> {
  for await (const hit of createReader(scene.place('reader')).search({})) {
    const seen = JSON.parse(hit.line.toString()).name
    scene.expect(seen !== name, `I6 ${name} was erased and is read`)
  }
}

ruleTest(['read-applies-masks'], 'what is masked is not read', async scene => {
  await scene.put('b0')
  await fold(scene.place('fold'), new Set())
  await erase(scene, 'b0')
  await readWithout(scene, 'b0')
})

ruleTest(['fold-applies-masks'], 'a run does not hold what its label says', async scene => {
  await scene.put('b0')
  await erase(scene, 'b0')
  await fold(scene.place('fold'), new Set())
  await readWithout(scene, 'b0')
})

ruleTest(['label-built-seq'], 'a mask that came later is not in the label', async scene => {
  await scene.put('b0')
  const hold = scene.world.pauseAfter('fold', isUpload)
  const folding = fold(scene.place('fold'), new Set())
  await hold.reached
  await erase(scene, 'b0')
  hold.resume()
  await folding
  await readWithout(scene, 'b0')
})

ruleTest(['e2-list-after-e1'], 'what landed before the mask is waited for', async scene => {
  const hold = scene.world.pauseAfter('lister', call => call.kind === 'list')
  const listing = listPending(scene.place('lister'))
  const isHeld = await reached(hold, listing)
  await scene.put('b0')
  await erase(scene, 'b0')
  if (isHeld) hold.resume()
  await listing
  if (!isHeld) await listPending(scene.place('other'))
  await finishMasks(scene.place('finisher'))
  await readWithout(scene, 'b0')
})

ruleTest(['e4-needs-e2'], 'a mask stands until somebody has listed', async scene => {
  await scene.put('b0')
  await erase(scene, 'b0')
  await finishMasks(scene.place('finisher'))
  await readWithout(scene, 'b0')
})

ruleTest(['e4-waits-pending'], 'a mask stands until its batches are folded', async scene => {
  await scene.put('b0')
  await erase(scene, 'b0')
  await listPending(scene.place('lister'))
  await finishMasks(scene.place('finisher'))
  await readWithout(scene, 'b0')
})

ruleTest(['e4-waits-runs'], 'a mask stands until all runs are rewritten', async scene => {
  await scene.put('b0')
  await fold(scene.place('fold'), new Set())
  await erase(scene, 'b0')
  await listPending(scene.place('lister'))
  await finishMasks(scene.place('finisher'))
  await readWithout(scene, 'b0')
})

ruleTest(['fresh-output-names'], 'what is made anew has names of its own', async scene => {
  for (const name of ['b0', 'b1']) await scene.put(name)
  const hold = scene.world.pauseAfter('lost', isUpload)
  void fold(scene.place('lost'), new Set())
  await hold.reached
  hold.crash()
  await erase(scene, 'b0')
  await scene.cancelClaims()
  await fold(scene.place('other'), new Set())
  await readWithout(scene, 'b0')
})
