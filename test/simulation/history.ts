import { Member } from '../../lib/brigade/member.ts'
import { createReader } from '../../lib/read/reader.ts'
import { BackupActor } from './actors/backup-actor.ts'
import { Eraser } from './actors/eraser.ts'
import { MemberActor } from './actors/member.ts'
import { Pruner } from './actors/pruner.ts'
import { ReaderActor, turnPages } from './actors/reader.ts'
import { Writer } from './actors/writer.ts'
import { didNothing, leftovers } from './clean.ts'
import { Scene } from './protocol/scene.ts'
import { type Actor, Stage } from './stage.ts'
import { type Role, type Swarm, swarmOf } from './swarm.ts'
import { World } from './world.ts'

/** What one seed's history came to. */
export interface HistoryReport {
  readonly seed: number
  /** Promises that were broken; empty when all is well. */
  readonly broken: readonly string[]
  readonly operations: number
  readonly storeCalls: number
  readonly ackedEvents: number
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>
  /** Steps of the world from the last fault until nothing was left to do. */
  readonly restSteps: number
  readonly traceHash: string
  readonly trace: readonly string[]
}

/** Appends, work of members and questions of one history; at times there is more. */
const operationsOf: Readonly<Record<Role, number>> = {
  writer: 100,
  member: 100,
  reader: 100,
  eraser: 5,
  backup: 3,
  pruner: 30,
}
/** Rounds of one member after the last fault; more would be a brigade that never finishes. */
const restRoundsMax = 12
/** What is under way when the faults stop has arrived then. */
const restMillis = 49 * 3_600_000

/**
 * One history of the real engine on the simulated store: writers that retry, members of the brigade
 * and readers meet every fault at rates of the seed's choice, and every answer is compared with a
 * model. Then the faults stop: what was acknowledged must be there once, the tail must drain and no
 * orphan remain.
 */
export async function playHistory(seed: number): Promise<HistoryReport> {
  const swarm = swarmOf(seed)
  const world = new World({ seed, pageSize: swarm.pageSize })
  const history = new History(new Stage(world, swarm))
  const restSteps = await history.play()
  const { broken, operations, model } = history.stage
  world.stop()
  return {
    seed,
    broken,
    operations,
    storeCalls: world.callCount,
    ackedEvents: model.ackedEvents,
    faults: Object.fromEntries([...world.faultCounts].sort()),
    restSteps,
    traceHash: world.traceHash(),
    trace: world.trace,
  }
}

class History {
  readonly stage: Stage
  readonly #swarm: Swarm
  readonly #scene: Scene
  readonly #backups: BackupActor

  constructor(stage: Stage) {
    this.stage = stage
    this.#swarm = stage.swarm
    this.#backups = new BackupActor(stage, 'b0')
    this.#scene = new Scene(stage.swarm.settings, stage.world)
  }

  /** How many steps it took to come to rest. */
  async play(): Promise<number> {
    const { world } = this.stage
    await this.#scene.narrowPeriods(this.#swarm.policies)
    world.setFaults(this.#swarm.faults)
    await Promise.all([
      ...this.#cast('writer', name => new Writer(this.stage, name)),
      ...this.#cast('member', name => new MemberActor(this.stage, name)),
      ...this.#cast('reader', name => new ReaderActor(this.stage, name)),
      ...this.#cast('eraser', name => new Eraser(this.stage, name)),
      ...this.#cast('pruner', name => new Pruner(this.stage, name)),
      ...this.#cast('backup', () => this.#backups),
    ])
    this.stage.calm()
    await world.clockFor('last').sleep(restMillis)
    const before = world.scheduler.stepCount
    await this.#finishWork()
    const steps = world.scheduler.stepCount - before
    await this.#judge()
    return steps
  }

  /** The actors of a role, who share its operations. */
  #cast(role: Role, make: (name: string) => Actor): Promise<void>[] {
    const count = this.#swarm.actors[role]
    return Array.from({ length: count }, (_, i) => {
      const operations = Math.ceil(operationsOf[role] / count)
      return this.stage.live(role, make(`${role[0]}${i}`), operations)
    })
  }

  async #finishWork(): Promise<void> {
    const member = new Member(this.stage.place('last'))
    for (let round = 0; round < restRoundsMax; round++) {
      const report = await member.once()
      const { damaged } = report
      if (damaged.length > 0) this.stage.broken.push(`${damaged.join()} cannot be read`)
      if (didNothing(report)) return
    }
    this.stage.broken.push(`the brigade is not done after ${restRoundsMax} rounds`)
  }

  async #judge(): Promise<void> {
    const { broken, model, world } = this.stage
    const all = { model, begin: model.moment, matches: () => true }
    // Enough for all there is, in a few pages.
    const question = { selection: {}, limit: 100, interval: 'hour', ...all } as const
    for (const order of ['asc', 'desc'] as const) {
      const reader = createReader(this.stage.place(`last-${order}`))
      broken.push(...(await turnPages(reader, { ...question, order }, all)))
    }
    broken.push(...(await this.#backups.restoreAll()))
    broken.push(...(await leftovers(world, this.stage.place('last'))))
  }
}
