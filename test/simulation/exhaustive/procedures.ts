import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { certifyErasures, finishMasks, listPending } from '../../../lib/brigade/erasing.ts'
import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { cancelStaleClaims, claimJob } from '../../../lib/brigade/job.ts'
import { Member } from '../../../lib/brigade/member.ts'
import { rewrite } from '../../../lib/brigade/rewrite.ts'
import { rollUp } from '../../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import type { Workplace } from '../../../lib/catalog/commit.ts'
import { setPolicies } from '../../../lib/catalog/set-policies.ts'
import { batchIdAt } from '../../../lib/core/batch-id.ts'
import { timelinePolicy } from '../../../lib/core/policy.ts'
import type { Settings } from '../../../lib/core/settings.ts'
import { putMask } from '../../../lib/mask/put-mask.ts'
import { Appender } from '../../../lib/write/appender.ts'
import { putBatch } from '../../../lib/write/put-batch.ts'
import { day, hour, type Scene } from '../protocol/scene.ts'

/** Something the engine does in several requests, and the archive it does it to. */
export interface Procedure {
  readonly name: string
  /** Few requests: all pairs of faults are tried. */
  readonly isShort: boolean
  prepare(scene: Scene): Promise<void>
  /** The result is what it tells its caller. */
  run(place: Workplace, scene: Scene): Promise<unknown>
  readonly settings?: Partial<Settings>
  /** An event that is there once this has told its caller so. */
  readonly appends?: string
  /** An event that is gone once this has told its caller so. */
  readonly erases?: string
}

const appended = { name: 'new' }
const lines = Buffer.from(JSON.stringify(appended))
/** When the world begins. */
const ulid = batchIdAt(Date.UTC(2026, 10, 20), Buffer.from('new batch!'))

async function putTwo(scene: Scene): Promise<void> {
  for (const name of ['b0', 'b1']) await scene.put(name)
}

/** Runs of one hour that is over. */
async function twoRuns(scene: Scene): Promise<void> {
  await scene.narrowPeriods()
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await fold(scene.place(`fold of ${name}`), new Set())
  }
  scene.world.advance(40 * day)
}

async function folded(scene: Scene): Promise<void> {
  await putTwo(scene)
  await fold(scene.place('fold'), new Set())
}

/** Outputs of a job that was cancelled lie beside those that are needed. */
async function orphaned(scene: Scene): Promise<void> {
  await folded(scene)
  await scene.put('b2')
  const hold = scene.world.pauseAfter('lost', call => call.key.startsWith('index/'))
  void fold(scene.place('lost'), new Set())
  await hold.reached
  hold.crash()
  await scene.cancelClaims()
}

const append = (place: Workplace, key?: string) =>
  new Appender(place, () => 0).append({ lines, stream: 's', strict: true, ...(key && { key }) })

/** An event that lies in a run is to be forgotten. */
async function masked(scene: Scene): Promise<void> {
  await folded(scene)
  await sweepTail(scene.place('sweep'))
  await maskOne(scene.place('operator'), scene)
}

async function maskOne(place: Workplace, scene: Scene): Promise<void> {
  scene.acked.delete('b0')
  await putMask(place, { erasureId: 'one', selection: { query: 'name:b0' } })
}

/** A roll-up that the run of an erased event has left. */
async function rolledUpWithGap(scene: Scene): Promise<void> {
  await twoRuns(scene)
  await rollUp(scene.place('roll-up'), new Set())
  await sweepTail(scene.place('sweep'))
  await maskOne(scene.place('operator'), scene)
  await rewrite(scene.place('rewriter'), new Set())
}

/** No run holds it any more; what is left is to see that no object does. */
async function rewritten(scene: Scene): Promise<void> {
  await masked(scene)
  await listPending(scene.place('lister'))
  await rewrite(scene.place('rewriter'), new Set())
  await finishMasks(scene.place('finisher'))
  scene.world.advance(hour)
}

/** Everything the engine does by more than one request, or by one that changes something. */
export const procedures: readonly Procedure[] = [
  // Sent again without a key it is another batch: nothing to pair.
  { name: 'append', isShort: false, prepare: putTwo, run: place => append(place), appends: 'new' },
  {
    name: 'append with a ULID',
    isShort: true,
    prepare: putTwo,
    run: place => append(place, ulid),
    appends: 'new',
  },
  {
    name: 'append with a key',
    isShort: true,
    prepare: putTwo,
    run: place => append(place, 'order-4711'),
    appends: 'new',
  },
  {
    name: 'lookup of an old batch',
    isShort: true,
    prepare: async scene => {
      await scene.put('old', scene.batch('old', 'old', 1e15))
      scene.world.advance(2 * day)
    },
    run: (place, scene) => {
      const key = scene.world.keys('tail/')[0]!
      return putBatch(place, { key, bytes: Buffer.alloc(0) } as Parameters<typeof putBatch>[1])
    },
  },
  { name: 'fold', isShort: true, prepare: putTwo, run: place => fold(place, new Set()) },
  { name: 'compact', isShort: true, prepare: twoRuns, run: place => compact(place, new Set()) },
  {
    name: 'roll up',
    isShort: true,
    prepare: twoRuns,
    run: place => rollUp(place, new Set()),
    // Nothing is compacted first.
    settings: { compactRunsMax: 1 },
  },
  { name: 'sweep', isShort: true, prepare: folded, run: place => sweepTail(place) },
  { name: 'move absorbed', isShort: true, prepare: folded, run: moveAbsorbed },
  {
    name: 'raise the floor',
    isShort: true,
    prepare: async scene => {
      await folded(scene)
      await moveAbsorbed(scene.place('move'))
      scene.world.advance(9 * day)
    },
    run: raiseFloor,
  },
  { name: 'collect garbage', isShort: true, prepare: orphaned, run: collectGarbage },
  {
    name: 'cancel claims',
    isShort: true,
    prepare: async scene => {
      await claimJob(scene.place('lost'), 'sweep', () => [])
      scene.world.advance(1)
    },
    run: place => cancelStaleClaims(place),
  },
  {
    name: 'set policies',
    isShort: true,
    prepare: putTwo,
    run: place => setPolicies(place, [timelinePolicy]),
  },
  {
    name: 'erase',
    isShort: true,
    prepare: folded,
    run: (place, scene) => maskOne(place, scene),
    erases: 'b0',
  },
  { name: 'rewrite', isShort: true, prepare: masked, run: place => rewrite(place, new Set()) },
  {
    name: 'close gaps',
    isShort: true,
    prepare: rolledUpWithGap,
    run: place => rewrite(place, new Set()),
    settings: { compactRunsMax: 1 },
  },
  { name: 'list pending', isShort: true, prepare: masked, run: listPending },
  {
    name: 'finish masks',
    isShort: true,
    prepare: async scene => {
      await masked(scene)
      await listPending(scene.place('lister'))
      await rewrite(scene.place('rewriter'), new Set())
    },
    run: finishMasks,
  },
  {
    name: 'certify erasures',
    isShort: true,
    prepare: rewritten,
    run: async place => (await certifyErasures(place)).length,
  },
  {
    name: 'a round of a member',
    isShort: false,
    prepare: async scene => {
      await twoRuns(scene)
      await scene.put('b2')
    },
    run: place => new Member(place).once(),
  },
]
