import { fold } from '../../../lib/brigade/fold.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import { isTailPut, type Scene } from './scene.ts'

/** A batch is folded and swept; then its first PUT, given up long ago, takes effect. */
export async function recreated(scene: Scene, between: () => Promise<void>): Promise<void> {
  const zombie = scene.world.delay('w', isTailPut)
  await scene.put('b0')
  await fold(scene.place('fold'), new Set())
  await sweepTail(scene.place('sweep'))
  await moveAbsorbed(scene.place('sweep'))
  await between()
  zombie.release()
}
