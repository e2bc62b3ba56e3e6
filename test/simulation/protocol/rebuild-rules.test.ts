import assert from 'node:assert/strict'
import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { ArchiveError } from '../../../lib/core/errors.ts'
import { rebuild } from '../../../lib/operate/rebuild.ts'
import { catalogKey, jobOfRun, recordKey } from '../../../lib/store/keys.ts'
import type { Store } from '../../../lib/store/store.ts'
import { isDelete, isSwap, isUpload, reached, ruleTest, type Scene } from './scene.ts'

const foldOf = (scene: Scene, process: string) => fold(scene.place(process), new Set())
const compactOf = (scene: Scene, process: string) => compact(scene.place(process), new Set())

/** Each batch a run, and two runs are enough to be compacted. */
const small = { foldObjectsMax: 1, compactRunsMin: 2, compactRunsMax: 2 }

async function loseCatalog(scene: Scene): Promise<void> {
  scene.world.remove(catalogKey)
  await rebuild(scene.place('operator'), { leaveOut: true })
}

/** One run of this batch. */
async function foldNew(scene: Scene, name: string): Promise<void> {
  await scene.put(name)
  await foldOf(scene, `fold-${name}`)
  scene.world.advance(1)
}

async function sweep(scene: Scene): Promise<void> {
  for (const key of scene.world.keys('tail/')) scene.world.remove(key)
}

ruleTest(['lost-catalog-stops'], 'without catalog nothing is garbage', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
  await sweep(scene)
  scene.world.remove(catalogKey)
  await collectGarbage(scene.place('gc')).catch(() => undefined)
  // Where all was collected there is nothing to rebuild: what is read then tells.
  await rebuild(scene.place('operator')).catch(error => assert.equal(error.code, 'missing'))
})

ruleTest(['record-before-commit'], 'what is committed is on record', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
  await sweep(scene)
  await loseCatalog(scene)
})

/** Two runs, and a merge of them that is cancelled when all of its outputs are there. */
async function cancelledMerge(scene: Scene): Promise<void> {
  await foldNew(scene, 'b0')
  await foldNew(scene, 'b1')
  await sweep(scene)
  const hold = scene.world.pauseBefore('lost', isSwap, 2)
  const merging = compactOf(scene, 'lost')
  await hold.reached
  await scene.cancelClaims()
  hold.resume()
  await merging
}

ruleTest(
  ['gc-record-first'],
  'a job whose outputs are gone is not believed',
  async scene => {
    await cancelledMerge(scene)
    const hold = scene.world.pauseBefore('gc', isDelete, 2)
    if (await reached(hold, collectGarbage(scene.place('gc')))) hold.crash()
    await loseCatalog(scene)
  },
  small,
)

/** A collector that dies when, of what it deletes at once, this is gone and nothing else. */
async function collectOnly(scene: Scene, key: string): Promise<void> {
  const place = scene.place('gc')
  const { store } = place
  const deleteSome = async (keys: readonly string[]) => {
    await store.delete(keys.includes(key) ? [key] : keys)
    if (keys.includes(key)) throw new ArchiveError('unavailable', 'it died')
  }
  const dying = new Proxy(store, {
    get: (_, name) => {
      if (name === 'delete') return deleteSome
      const value = store[name as keyof Store]
      return typeof value === 'function' ? value.bind(store) : value
    },
  })
  await collectGarbage({ ...place, store: dying }).catch(() => undefined)
}

ruleTest(
  ['gc-inputs-first'],
  'what was replaced does not outlive what tells so',
  async scene => {
    await foldNew(scene, 'b0')
    await foldNew(scene, 'b1')
    await compactOf(scene, 'first')
    const merged = jobOfRun(scene.catalog().runs[0]!.id)
    await foldNew(scene, 'b2')
    await compactOf(scene, 'second')
    await sweep(scene)
    await collectOnly(scene, recordKey(merged))
    await loseCatalog(scene)
  },
  small,
)

ruleTest(
  ['record-names-cancelled'],
  'a cancelled job that goes on is not believed',
  async scene => {
    await foldNew(scene, 'b0')
    await foldNew(scene, 'b1')
    const hold = scene.world.pauseBefore('frozen', isUpload)
    const frozen = compactOf(scene, 'frozen')
    await hold.reached
    await scene.cancelClaims()
    await compactOf(scene, 'next')
    await foldNew(scene, 'b2')
    await compactOf(scene, 'last')
    await sweep(scene)
    await collectGarbage(scene.place('gc'))
    hold.resume()
    await frozen
    await loseCatalog(scene)
  },
  small,
)
