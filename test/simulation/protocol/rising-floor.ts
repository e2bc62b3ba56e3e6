import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { isSwap, reached, type Scene } from './scene.ts'

/** A put that lands while a floor that did not see it is about to rise above it. */
export async function putUnderRisingFloor(
  scene: Scene,
  put: () => Promise<void>,
): Promise<{ readonly before: string[]; readonly after: string[] }> {
  const floorHold = scene.world.pauseBefore('floor', isSwap)
  const floor = raiseFloor(scene.place('floor'))
  const isHeld = await reached(floorHold, floor)
  await put()
  const before = await scene.visible()
  if (isHeld) floorHold.resume()
  await floor
  return { before, after: await scene.visible() }
}

export async function someFoldedBatch(scene: Scene): Promise<void> {
  await scene.put('older')
  await scene.brigade()
}
