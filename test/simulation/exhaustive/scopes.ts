import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { cancelStaleClaims } from '../../../lib/brigade/job.ts'
import { rollUp } from '../../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import type { Workplace } from '../../../lib/catalog/commit.ts'
import { settingsWith } from '../../../lib/core/settings.ts'
import { createReader } from '../../../lib/read/reader.ts'
import { Appender } from '../../../lib/write/appender.ts'
import { day, type Scene } from '../protocol/scene.ts'
import type { Place } from './explore.ts'

/** A few processes at once on a small archive. */
export interface Scope {
  readonly name: string
  prepare(scene: Scene): Promise<void>
  readonly processes: Readonly<Record<string, (place: Workplace) => Promise<unknown>>>
}

/** What a reader was shown. */
export interface Shown {
  readonly names: readonly string[]
}

const appendNew = async (place: Workplace) => {
  const lines = Buffer.from(JSON.stringify({ name: 'new' }))
  return await new Appender(place, () => 0).append({ lines, stream: 's', strict: true })
}

export async function readAll(place: Workplace): Promise<Shown> {
  const names: string[] = []
  for await (const hit of createReader(place).search({}))
    names.push(JSON.parse(hit.line.toString()).name)
  return { names }
}

/** By a clock that is ahead a little every claim is stale. */
const cancelAll = (place: Workplace) =>
  cancelStaleClaims({
    ...place,
    clock: { ...place.clock, nowMicros: () => place.clock.nowMicros() + 1 },
  })

const foldOnce = (place: Workplace) => fold(place, new Set())
const compactOnce = (place: Workplace) => compact(place, new Set())
const rollUpOnce = (place: Workplace) => rollUp(place, new Set())

const inTail =
  (...names: string[]) =>
  async (scene: Scene) => {
    for (const name of names) await scene.put(name)
  }

const folded = async (scene: Scene) => {
  await inTail('b0')(scene)
  await foldOnce(scene.place('folder'))
}

/** Runs of one hour that is over, and nothing in the tail. */
const runs = async (scene: Scene) => {
  await scene.narrowPeriods()
  for (const name of ['b0', 'b1']) {
    await scene.put(name)
    await foldOnce(scene.place(`folder of ${name}`))
  }
  await sweepTail(scene.place('sweeper'))
  scene.world.advance(2 * day)
}

/** Work of one process, one after the other. */
const inTurn =
  (...works: ((place: Workplace) => Promise<unknown>)[]) =>
  async (place: Workplace) => {
    for (const work of works) await work(place)
  }

export const scopes: readonly Scope[] = [
  { name: 'fold ∥ fold', prepare: inTail('b0', 'b1'), processes: { a: foldOnce, b: foldOnce } },
  { name: 'fold ∥ read', prepare: inTail('b0'), processes: { fold: foldOnce, read: readAll } },
  { name: 'sweep ∥ read', prepare: folded, processes: { sweep: sweepTail, read: readAll } },
  {
    name: 'fold, sweep ∥ read',
    prepare: inTail('b0'),
    processes: { fold: inTurn(foldOnce, sweepTail), read: readAll },
  },
  {
    name: 'fold ∥ sweep ∥ read',
    prepare: inTail('b0'),
    processes: { fold: foldOnce, sweep: sweepTail, read: readAll },
  },
  {
    name: 'append ∥ fold ∥ read',
    prepare: inTail('b0'),
    processes: { append: appendNew, fold: foldOnce, read: readAll },
  },
  {
    name: 'append ∥ floor ∥ fold',
    prepare: inTail('b0'),
    processes: { append: appendNew, floor: raiseFloor, fold: foldOnce },
  },
  {
    name: 'collect ∥ fold',
    prepare: inTail('b0'),
    processes: { collect: collectGarbage, fold: foldOnce },
  },
  {
    name: 'collect ∥ cancel ∥ fold',
    prepare: inTail('b0'),
    processes: { collect: collectGarbage, cancel: cancelAll, fold: foldOnce },
  },
  {
    name: 'compact ∥ compact',
    prepare: runs,
    processes: { a: compactOnce, b: compactOnce },
  },
  {
    name: 'compact, collect ∥ read',
    prepare: runs,
    processes: { compact: inTurn(compactOnce, collectGarbage), read: readAll },
  },
  {
    name: 'roll up ∥ compact',
    prepare: runs,
    processes: { roll: rollUpOnce, compact: compactOnce },
  },
  {
    name: 'roll up, collect ∥ read',
    prepare: runs,
    processes: { roll: inTurn(rollUpOnce, collectGarbage), read: readAll },
  },
  {
    name: 'move absorbed ∥ move absorbed',
    prepare: folded,
    processes: { a: moveAbsorbed, b: moveAbsorbed },
  },
  {
    name: 'move absorbed ∥ read',
    prepare: folded,
    processes: { move: inTurn(moveAbsorbed, collectGarbage), read: readAll },
  },
  {
    name: 'fold ∥ fold ∥ read',
    prepare: inTail('b0'),
    processes: { a: foldOnce, b: foldOnce, read: readAll },
  },
]

const settings = {
  recentMax: 0,
  claimStaleMillis: 0,
  compactRunsMin: 2,
  compactRunsMax: 64,
  rollupPartsMin: 2,
}

export function workplaceAt(place: Place, scope: Scope): Workplace {
  // What is to be rolled up must not be worth compacting first.
  const compactRunsMax = scope.name.startsWith('roll up') ? 1 : settings.compactRunsMax
  return { ...place, settings: settingsWith({ ...settings, compactRunsMax }) }
}
