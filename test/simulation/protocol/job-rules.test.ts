import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { rollUp } from '../../../lib/brigade/roll-up.ts'
import { moveAbsorbed } from '../../../lib/brigade/sweep.ts'
import { day, isDelete, isSwap, isUpload, reached, ruleTest, type Scene } from './scene.ts'
import { recreated } from './zombie.ts'

/** Garbage collection that is held before it deletes what it judged dead. */
async function judge(scene: Scene): Promise<() => Promise<void>> {
  const hold = scene.world.pauseBefore('gc', isDelete)
  const collecting = collectGarbage(scene.place('gc'))
  const isHeld = await reached(hold, collecting)
  return async () => {
    if (isHeld) hold.resume()
    await collecting
  }
}

/** Nothing is compacted first, and little is enough. */
const rollingUp = { compactRunsMax: 1, rollupPartsMin: 2 }

const foldOf = (scene: Scene, process: string) => fold(scene.place(process), new Set())

/** A fold that is held when its outputs are uploaded, and what goes on meanwhile. */
async function foldWhile(scene: Scene, meanwhile: () => Promise<void>): Promise<void> {
  await scene.narrowPeriods()
  await scene.put('b0')
  const hold = scene.world.pauseAfter('fold', isUpload)
  const folding = foldOf(scene, 'fold')
  await hold.reached
  await meanwhile()
  hold.resume()
  await folding
}

const judgedWhileFolding = async (scene: Scene) => {
  let carryOut = async () => {}
  await foldWhile(scene, async () => {
    carryOut = await judge(scene)
  })
  await carryOut()
}
ruleTest(['claim-before-upload'], 'outputs are claimed before they exist', judgedWhileFolding)
ruleTest(['gc-keeps-claimed'], 'outputs of a claimed job are kept', judgedWhileFolding)

const cancelledWhileFolding = async (scene: Scene) => {
  let carryOut = async () => {}
  await foldWhile(scene, async () => {
    await scene.cancelClaims()
    carryOut = await judge(scene)
  })
  await carryOut()
}
ruleTest(['commit-needs-claim'], 'a cancelled job does not commit', cancelledWhileFolding)
ruleTest(['job-id-once'], 'a cancelled job does not claim its id again', cancelledWhileFolding)

ruleTest(['gc-keeps-referenced'], 'what a run refers to is kept', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
  await collectGarbage(scene.place('gc'))
})

ruleTest(['gc-list-then-get'], 'the catalog is newer than the listing', async scene => {
  await scene.narrowPeriods()
  await scene.put('b0')
  const hold = scene.world.pauseBefore('gc', call => call.kind === 'list')
  const collecting = collectGarbage(scene.place('gc'))
  await hold.reached
  await foldOf(scene, 'fold')
  hold.resume()
  await collecting
})

ruleTest(['leave-own-outputs'], 'a job that failed may have committed', async scene => {
  await scene.put('b0')
  const commit = scene.world.pauseBefore('fold', isSwap)
  const folding = foldOf(scene, 'fold').catch(() => undefined)
  await commit.reached
  scene.world.inject('response-lost', { process: 'fold', which: isSwap })
  scene.world.inject('request-lost', { process: 'fold', which: call => call.kind === 'get' })
  commit.resume()
  await folding
})

ruleTest(
  ['gen-in-bytes', 'record-names-cancelled'],
  'no late claim finds its etag again',
  async scene => {
    await scene.put('b0')
    await foldOf(scene, 'first')
    await scene.put('b1')
    const zombie = scene.world.delay('fold', isSwap)
    const hold = scene.world.pauseAfter('fold', isUpload)
    const folding = foldOf(scene, 'fold')
    await hold.reached
    await scene.cancelClaims()
    const carryOut = await judge(scene)
    zombie.release()
    hold.resume()
    await folding
    await carryOut()
  },
)

ruleTest(['claims-exclusive', 'commit-needs-inputs'], 'a batch is folded once', async scene => {
  await foldWhile(scene, async () => {
    await foldOf(scene, 'other')
  })
})

ruleTest(['claims-exclusive', 'commit-needs-inputs'], 'a run is compacted once', async scene => {
  for (const name of ['b0', 'b1', 'b2', 'b3']) {
    await scene.put(name)
    await foldOf(scene, name)
  }
  const hold = scene.world.pauseAfter('slow', isUpload)
  const compacting = compact(scene.place('slow'), new Set())
  await hold.reached
  await compact(scene.place('fast'), new Set())
  hold.resume()
  await compacting
})

/** Two runs of one hour, which is over. */
async function twoRuns(scene: Scene): Promise<void> {
  await scene.narrowPeriods()
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await foldOf(scene, name)
  }
  scene.world.advance(400 * day)
}

ruleTest(
  ['claims-exclusive', 'commit-needs-inputs'],
  'a run is rolled up once',
  async scene => {
    await twoRuns(scene)
    const hold = scene.world.pauseAfter('slow', isUpload)
    const rolling = rollUp(scene.place('slow'), new Set())
    await hold.reached
    await rollUp(scene.place('fast'), new Set())
    hold.resume()
    await rolling
  },
  rollingUp,
)

ruleTest(
  ['gc-reads-manifests'],
  'what a manifest refers to is kept',
  async scene => {
    await twoRuns(scene)
    await rollUp(scene.place('roller'), new Set())
    await collectGarbage(scene.place('gc'))
  },
  rollingUp,
)

ruleTest(
  ['fold-skips-recent', 'commit-needs-inputs'],
  'what is folded stays folded',
  async scene => {
    await scene.put('b0')
    await foldOf(scene, 'fold')
    await foldOf(scene, 'again')
  },
)

ruleTest(['fold-skips-absorbed', 'commit-needs-inputs'], 'also when swept', async scene => {
  await recreated(scene, async () => {})
  await foldOf(scene, 'again')
})

ruleTest(['segment-under-claim'], 'a segment is claimed before it exists', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
  const hold = scene.world.pauseAfter('sweep', isUpload)
  const moving = moveAbsorbed(scene.place('sweep'))
  await hold.reached
  const carryOut = await judge(scene)
  hold.resume()
  await moving
  await carryOut()
})

ruleTest(['commit-leaves-entry'], 'the chain says what the catalog holds', async scene => {
  await scene.put('b0')
  await foldOf(scene, 'fold')
})

ruleTest(
  ['rollup-goes-on-alike'],
  'who goes on with a roll-up makes what was begun',
  async scene => {
    await twoRuns(scene)
    const { settings, ...first } = scene.place('first')
    const hold = scene.world.pauseAfter('first', isUpload)
    void rollUp({ ...first, settings: { ...settings, manifestBucketsMax: 1 } }, new Set())
    await hold.reached
    scene.world.crash('first')
    scene.world.advance(1)
    while ((await rollUp(scene.place('second'), new Set())) === 0);
  },
  rollingUp,
)
