import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { sweepTail } from '../../../lib/brigade/sweep.ts'
import { backUpAs, backupFaults, backupFolder } from '../backups.ts'
import type { Call } from '../faults.ts'
import { ruleTest, type Scene } from './scene.ts'

const foldOf = (scene: Scene, process: string) => fold(scene.place(process), new Set())

async function expectBackup(scene: Scene, names: readonly string[], generation?: number) {
  const faults = await backupFaults(scene, new Set(names), generation)
  for (const fault of faults) scene.expect(false, fault)
}

/** Two runs in place of which there may be one. */
async function twoRuns(scene: Scene): Promise<void> {
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await foldOf(scene, name)
  }
}

async function compactAway(scene: Scene): Promise<void> {
  await compact(scene.place('compact'), new Set())
  await collectGarbage(scene.place('gc'))
}

const isGet = (prefix: string) => (call: Call) => call.kind === 'get' && call.key.startsWith(prefix)
const isCommit = (call: Call) =>
  call.kind === 'create' && call.key.startsWith(`${backupFolder}generations/`)

ruleTest(['backup-tail-first'], 'what leaves the tail is in the catalog', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
  await scene.put('b1')
  const isTail = (call: Call) => call.kind === 'list' && call.key === 'tail/'
  const hold = scene.world.pauseBefore('backup', isTail)
  const backup = backUpAs(scene, 'backup')
  await hold.reached
  await foldOf(scene, 'again')
  await sweepTail(scene.place('sweep'))
  hold.resume()
  await backup
  await expectBackup(scene, ['b0', 'b1'])
})

ruleTest(
  ['backup-404-restarts'],
  'what has gone was replaced, and a newer catalog says by what',
  async scene => {
    await twoRuns(scene)
    const hold = scene.world.pauseBefore('backup', isGet('buckets/'))
    const backup = backUpAs(scene, 'backup')
    await hold.reached
    await compactAway(scene)
    hold.resume()
    await backup
    await expectBackup(scene, ['b0', 'b1'])
  },
  { compactRunsMin: 2 },
)

ruleTest(
  ['backup-commits-once'],
  'of two backups at once only one comes to stand',
  async scene => {
    await twoRuns(scene)
    const hold = scene.world.pauseBefore('slow', isCommit)
    const slow = backUpAs(scene, 'slow').catch(() => undefined)
    await hold.reached
    await compactAway(scene)
    await backUpAs(scene, 'fast')
    hold.resume()
    await slow
    await expectBackup(scene, ['b0', 'b1'])
  },
  { compactRunsMin: 2 },
)

ruleTest(
  ['backup-list-then-get'],
  'what a later backup has brought is not judged',
  async scene => {
    await twoRuns(scene)
    const hold = scene.world.pauseAfter('early', isCommit)
    const early = backUpAs(scene, 'early')
    await hold.reached
    await compactAway(scene)
    const laterHold = scene.world.pauseBefore('later', isCommit)
    const later = backUpAs(scene, 'later')
    await laterHold.reached
    hold.resume()
    await early
    laterHold.resume()
    await later
    await expectBackup(scene, ['b0', 'b1'])
  },
  { compactRunsMin: 2 },
)
