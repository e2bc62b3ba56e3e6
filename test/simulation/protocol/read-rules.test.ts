import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { createReader } from '../../../lib/read/reader.ts'
import type { Call } from '../faults.ts'
import { putUnderRisingFloor, someFoldedBatch } from './rising-floor.ts'
import { answerFaults, day, ruleTest, type Scene } from './scene.ts'
import { recreated } from './zombie.ts'

/**
 * What a reader of the real code answers; every event acknowledged before it began must be there.
 */
async function read(scene: Scene): Promise<string[]> {
  const acked = new Set(scene.acked)
  const names: string[] = []
  for await (const hit of createReader(scene.place('reader')).search({})) {
    names.push(JSON.parse(hit.line.toString()).name)
  }
  for (const fault of answerFaults(names, acked)) scene.expect(false, fault)
  return names
}

/** A read that is held at one of its calls while the brigade folds and sweeps. */
async function readWhileFolding(scene: Scene, which: (call: Call) => boolean): Promise<void> {
  await scene.narrowPeriods()
  await scene.put('b0')
  const hold = scene.world.pauseBefore('reader', which)
  const reading = read(scene)
  await hold.reached
  await scene.brigade()
  hold.resume()
  await reading
}

ruleTest(['read-list-then-get'], 'the catalog is newer than the listing', scene =>
  readWhileFolding(scene, call => call.kind === 'list'),
)

ruleTest(['read-404-restarts'], 'an object that is gone starts the read again', scene =>
  readWhileFolding(scene, call => call.kind === 'get' && call.key.startsWith('tail/')),
)

ruleTest(['read-skips-recent'], 'what is folded is not read from the tail', async scene => {
  await scene.put('b0')
  await fold(scene.place('fold'), new Set())
  await read(scene)
})

ruleTest(['read-skips-absorbed'], 'nor what was swept and put again', async scene => {
  await recreated(scene, async () => {})
  await read(scene)
})

ruleTest(['read-skips-floor'], 'nor what lies below the floor', async scene => {
  await recreated(scene, async () => {})
  scene.world.advance(8 * day)
  await raiseFloor(scene.place('floor'))
  await read(scene)
})

// A writer whose clock was set back by a week puts under a floor that has not seen it.
ruleTest(['read-skips-late'], 'nor what landed so late that it may yet go', async scene => {
  await someFoldedBatch(scene)
  const batch = scene.batch('b0')
  scene.world.advance(8 * day)
  await putUnderRisingFloor(scene, async () => {
    await scene.place('w').store.create(batch.key, batch.bytes)
    // What an answer showed once is shown always.
    for (const name of await read(scene)) scene.acked.add(name)
  })
})
