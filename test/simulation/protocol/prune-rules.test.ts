import { fold } from '../../../lib/brigade/fold.ts'
import { prune } from '../../../lib/brigade/prune.ts'
import { setPolicies } from '../../../lib/catalog/set-policies.ts'
import { logPolicy } from '../../../lib/core/policy.ts'
import { createReader } from '../../../lib/read/reader.ts'
import { day, ruleTest, type Scene } from './scene.ts'

const dayMicros = day * 1000
const daily = { ...logPolicy, retentionMicros: dayMicros }

/** A run of an event of now and one that is past the retention of a day. */
async function foldOldAndNew(scene: Scene): Promise<void> {
  const nowMicros = scene.world.clockFor('w').nowMicros()
  await scene.put('b0', scene.batch('b0', 'b0', nowMicros - 3 * dayMicros))
  await scene.put('b1')
  await fold(scene.place('fold'), new Set())
}

async function pruneBy(scene: Scene, policies: readonly (typeof logPolicy)[]): Promise<void> {
  await setPolicies(scene.place('operator'), policies)
  await prune(scene.place('prune'), { confirmed: true })
}

/** What is pruned is acknowledged no more; a reader may never see it again. */
async function expectPruned(scene: Scene, name: string): Promise<void> {
  scene.acked.delete(name)
  for await (const hit of createReader(scene.place('reader')).search({})) {
    scene.expect(JSON.parse(hit.line.toString()).name !== name, `I7 ${name} is seen`)
  }
}

ruleTest(['read-applies-horizon'], 'what is pruned is in no answer', async scene => {
  await foldOldAndNew(scene)
  await pruneBy(scene, [daily])
  await expectPruned(scene, 'b0')
})

ruleTest(['horizon-outlives-policy'], 'nor under the policies that come after', async scene => {
  await foldOldAndNew(scene)
  await pruneBy(scene, [daily])
  await pruneBy(scene, [{ ...logPolicy, pattern: 's' }, daily])
  await expectPruned(scene, 'b0')
})
