import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { repair } from '../../lib/operate/repair.ts'
import { verifyArchive } from '../../lib/operate/verify.ts'
import { createReader } from '../../lib/read/reader.ts'
import { didNothing, leftovers } from '../simulation/clean.ts'
import { canStrike } from '../simulation/faults.ts'
import { day, hour, Scene } from '../simulation/protocol/scene.ts'
import { flipByte } from '../support/operated-archive.ts'

const settings = { compactRunsMax: 1, rollupPartsMin: 2 }
const policy = { ...logPolicy, bucketSizeBytes: 1, parity: true } as const

/** What is broken: an object of the catalog, by its key. */
const breaks: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'the index of a run': scene => flip(scene, scene.catalog().runs[0]!.index.key),
  'the summary of a run': async scene => {
    await storeOf(scene).delete([scene.catalog().runs[0]!.summary.key])
  },
  'a bucket': scene => flip(scene, scene.catalog().runs[0]!.buckets[0]!.key),
  'a bucket of a roll-up': async scene => flip(scene, await rolledBucket(scene)),
  'the index of a roll-up': scene => flip(scene, scene.catalog().rollups[0]!.index.key),
  'a manifest': scene => flip(scene, scene.catalog().rollups[0]!.manifests[0]!.key),
}

function storeOf(scene: Scene) {
  return scene.place('saboteur').store
}

async function flip(scene: Scene, key: string): Promise<void> {
  await flipByte(storeOf(scene), key, 30)
}

async function rolledBucket(scene: Scene): Promise<string> {
  const own = new Set(scene.catalog().runs.flatMap(run => run.buckets.map(({ key }) => key)))
  return scene.world.keys('buckets/').find(key => !own.has(key) && key.endsWith('.zst'))!
}

/** A roll-up of two runs of an hour, a run of another, a fresh batch; one thing is broken. */
async function brokenScene(breakOne: (scene: Scene) => Promise<void>): Promise<Scene> {
  const scene = new Scene(settings)
  await scene.narrowPeriods([policy])
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await fold(scene.place(name), new Set())
  }
  scene.world.advance(2 * hour)
  await rollUp(scene.place('roller'), new Set())
  await scene.put('b2')
  await fold(scene.place('b2'), new Set())
  await scene.put('b3')
  await breakOne(scene)
  return scene
}

/** What is found is found by another process: only calls of the repair are struck. */
async function repairAs(scene: Scene, process: string) {
  const findings = await Array.fromAsync(verifyArchive(scene.place('verifier')))
  return await repair(scene.place(process), findings)
}

/** What readers get: every event once, and nothing is missing. */
async function assertAnswers(scene: Scene, what: string): Promise<void> {
  const hits = createReader(scene.place('reader')).search({})
  const names: string[] = []
  for await (const hit of hits) names.push(JSON.parse(hit.line.toString()).name)
  assert.deepEqual(names.sort(), [...scene.acked].sort(), what)
}

async function assertWhole(scene: Scene, what: string): Promise<void> {
  await scene.world.clockFor('later').sleep(2.5 * day)
  const member = new Member(scene.place('later'))
  for (let round = 0; !didNothing(await member.once()); round++) assert.ok(round < 9, what)
  assert.deepEqual(await leftovers(scene.world, scene.place('later')), [], what)
  await assertAnswers(scene, what)
}

for (const [what, breakOne] of Object.entries(breaks)) {
  const isManifest = what === 'a manifest'
  // Killed before a call is killed after the one before.
  test(`${what}: a repair killed after any call harms nothing; the next is whole`, async () => {
    for (let nth = 1, isKilled = true; isKilled; nth++) {
      const scene = await brokenScene(breakOne)
      const { world } = scene
      const hold = world.pauseAfter('killed', undefined, nth)
      hold.reached.then(() => hold.crash())

      const crashed = world.crashed('killed').then(() => true)
      isKilled = await Promise.race([crashed, repairAs(scene, 'killed').then(() => false)])

      if (!isManifest || !isKilled) await assertAnswers(scene, `call ${nth}`)
      world.advance(hour)
      const { left } = await repairAs(scene, 'again')
      assert.deepEqual(left, [], `call ${nth}`)
      await assertWhole(scene, `call ${nth}`)
      world.stop()
    }
  })

  test(`${what}: a lost answer to any of its puts changes nothing`, async () => {
    for (let nth = 1, isStruck = true; isStruck; nth++) {
      const scene = await brokenScene(breakOne)
      let puts = 0
      isStruck = false
      scene.world.inject('response-lost', {
        process: 'repairer',
        which: call => {
          const isThis = canStrike('response-lost', call) && call.kind !== 'get' && ++puts === nth
          isStruck ||= isThis
          return isThis
        },
      })

      // Nobody knows whether a delete of garbage happened: it is done again.
      const again = () => repairAs(scene, 'again')
      const { left } = await repairAs(scene, 'repairer').catch(again)

      assert.deepEqual(left, [], `put ${nth}`)
      await assertWhole(scene, `put ${nth}`)
      scene.world.stop()
    }
  })

  test(`${what}: it is repaired while a writer and a member go on`, async () => {
    const scene = await brokenScene(breakOne)
    const member = new Member(scene.place('member'))
    const others = async () => {
      for (const name of ['n0', 'n1', 'n2']) {
        await scene.put(name)
        await member.once()
      }
    }

    await Promise.all([repairAs(scene, 'repairer'), others()])

    scene.world.advance(hour)
    assert.deepEqual((await repairAs(scene, 'again')).left, [])
    await assertWhole(scene, 'in the end')
    scene.world.stop()
  })
}
