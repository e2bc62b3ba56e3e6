import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compact } from '../../lib/brigade/compact.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { unfinishedVersion } from '../../lib/catalog/load.ts'
import { wrapMarker } from '../../lib/catalog/marker.ts'
import { unwrapJson } from '../../lib/catalog/wrapped-json.ts'
import {
  backUpAs,
  backupFaults,
  deadCopies,
  restoreAs,
  restoredFaults,
} from '../simulation/backups.ts'
import { type Call, canStrike } from '../simulation/faults.ts'
import { Scene } from '../simulation/protocol/scene.ts'

const settings = { compactRunsMin: 2, compactRunsMax: 16 }
const names = ['b0', 'b1', 'b2']

/** Runs, one batch that is folded and not swept, one fresh batch, and two markers. */
async function filledScene(): Promise<Scene> {
  const scene = new Scene(settings)
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await fold(scene.place(name), new Set())
  }
  await scene.put('b2')
  const { store } = scene.place('operator')
  for (const key of ['requests/AB', 'imports/CD']) await store.create(key, wrapMarker(key, {}))
  return scene
}

/** Runs the work until it crashes; whether it came that far. */
async function crashes(scene: Scene, process: string, work: Promise<unknown>): Promise<boolean> {
  const crashed = scene.world.crashed(process).then(() => true)
  return await Promise.race([crashed, work.then(() => false)])
}

/** Kills `process` before or after its nth call. */
function killAt(scene: Scene, process: string, nth: number, when: 'before' | 'after'): void {
  const { world } = scene
  const hold =
    when === 'before'
      ? world.pauseBefore(process, undefined, nth)
      : world.pauseAfter(process, undefined, nth)
  hold.reached.then(() => hold.crash())
}

for (const when of ['before', 'after'] as const) {
  test(`a backup killed ${when} any of its calls harms nothing; the next is whole`, async () => {
    for (let nth = 1, isKilled = true; isKilled; nth++) {
      const scene = await filledScene()
      await backUpAs(scene, 'first')
      await compact(scene.place('compact'), new Set())
      killAt(scene, 'killed', nth, when)

      isKilled = await crashes(scene, 'killed', backUpAs(scene, 'killed', { keep: 1 }))
      const before = await backupFaults(scene, new Set(names))
      const { generation } = await backUpAs(scene, 'next', { keep: 1 })

      const after = await backupFaults(scene, new Set(names), generation.number)
      assert.deepEqual([before, after, generation.lacking], [[], [], []], `call ${nth}`)
      assert.deepEqual(await deadCopies(scene), [], `call ${nth}`)
      scene.world.stop()
    }
  })

  test(`a restore killed ${when} any of its calls goes on when it is run again`, async () => {
    for (let nth = 1, isKilled = true; isKilled; nth++) {
      const scene = await filledScene()
      await backUpAs(scene, 'backup')
      killAt(scene, 'killed', nth, when)

      isKilled = await crashes(scene, 'killed', restoreAs(scene, 'killed'))
      if (isUnfinished(scene)) await restoreAs(scene, 'again')

      await assertRestored(scene, `call ${nth}`)
      scene.world.stop()
    }
  })
}

test('a lost answer to any put or delete of backup and restore changes nothing', async () => {
  const isPut = (call: Call) => canStrike('response-lost', call) && call.kind !== 'get'
  for (let nth = 1, isStruck = true; isStruck; nth++) {
    const scene = await filledScene()
    let puts = 0
    isStruck = false
    const which = (call: Call) => {
      const isThis = isPut(call) && ++puts === nth
      isStruck ||= isThis
      return isThis
    }
    scene.world.inject('response-lost', { process: 'backup', which })

    await backUpAs(scene, 'backup').catch(() => backUpAs(scene, 'backup again'))
    await restoreAs(scene, 'backup')

    await assertRestored(scene, `put ${nth}`)
    scene.world.stop()
  }
})

async function assertRestored(scene: Scene, what: string): Promise<void> {
  assert.equal(scene.world.keys('restored/tail/').length, 1, what)
  assert.equal(isUnfinished(scene), false, what)
  const markers = ['requests/AB', 'imports/CD'].map(key => scene.world.object(`restored/${key}`))
  assert.ok(markers.every(Boolean), what)
  assert.deepEqual(await restoredFaults(scene, new Set(names)), [], what)
}

function isUnfinished(scene: Scene): boolean {
  const mark = scene.world.object('restored/catalog')
  if (!mark) return true
  const { version } = unwrapJson(mark, 'catalog') as { readonly version: unknown }
  return version === unfinishedVersion
}
