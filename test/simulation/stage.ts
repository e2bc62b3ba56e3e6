import type { Workplace } from '../../lib/catalog/commit.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { Dice } from './dice.ts'
import { Model } from './model.ts'
import type { ProcessFault, Role, Swarm } from './swarm.ts'
import type { World } from './world.ts'

const day = 24 * 3_600_000
const crashStepsMax = 600

/** Somebody with a life of its own. */
export interface Actor {
  readonly name: string
  /** Begins to live as this process; what it does again and again. */
  start(process: string): () => Promise<unknown>
}

/** What all actors of a history share: the world, what is known of it, and what befalls them. */
export class Stage {
  readonly world: World
  readonly swarm: Swarm
  readonly model: Model
  /** Promises that were broken. */
  readonly broken: string[] = []
  /** Things that actors set out to do: an append, a question, a round of a member. */
  operations = 0
  #isCalm = false
  #lives = 0

  constructor(world: World, swarm: Swarm) {
    this.world = world
    this.swarm = swarm
    this.model = new Model(() => world.scheduler.nowMicros)
    if (swarm.processFaults['memory-limited'] > 0) world.noteFault('memory-limited')
  }

  place(process: string): Workplace {
    const { world, swarm } = this
    const isOther = /-other$/.test(process)
    const settings = settingsWith({ ...swarm.settings, ...(isOther && swarm.otherSettings) })
    const clock = world.clockFor(process)
    return { store: world.storeFor(process), clock, random: world.randomFor(process), settings }
  }

  /** Its own chance for each actor. */
  dice(actor: string): Dice {
    return new Dice(
      this.world
        .randomFor(`dice of ${actor}`)
        .bytes(4)
        .reduce((a, b) => a * 256 + b),
    )
  }

  /** An actor that does so much, and goes on as another process whenever the one it is crashes. */
  async live(role: Role, actor: Actor, operations: number): Promise<void> {
    const dice = this.dice(`lives of ${actor.name}`)
    const budget = { left: operations }
    while (budget.left > 0) {
      const isOther = this.befalls('two-versions', dice)
      const process = `${role}-${++this.#lives}${isOther ? '-other' : ''}`
      if (this.befalls('clock-skewed', dice)) this.world.skew(process, drawSkew(dice))
      const crashed = this.world.crashed(process)
      await Promise.race([this.#perform(process, dice, budget, actor.start(process)), crashed])
    }
  }

  /** One operation after another; each may fail as the store may. */
  async #perform(
    process: string,
    dice: Dice,
    budget: { left: number },
    operation: () => Promise<unknown>,
  ): Promise<void> {
    const clock = this.world.clockFor(process)
    while (budget.left > 0) {
      budget.left--
      this.operations++
      if (this.befalls('clock-jumps', dice)) this.world.skew(process, drawSkew(dice))
      if (this.befalls('crash-between', dice))
        this.world.crashLater(process, dice.below(crashStepsMax))
      await this.attempt(operation)
      await clock.sleep(dice.below(this.swarm.pauseMillisMax + 1))
    }
  }

  /** True when it worked; an outage is an error the engine may throw, anything else is a bug. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (fault) {
      if (!(fault instanceof ArchiveError)) throw fault
      return false
    }
  }

  befalls(fault: ProcessFault, dice: Dice): boolean {
    if (this.#isCalm || !dice.chance(this.swarm.processFaults[fault])) return false
    this.world.noteFault(fault)
    return true
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    this.#isCalm = true
    this.world.setFaults({})
  }
}

/** Seconds, hours or weeks, before or behind. */
function drawSkew(dice: Dice): number {
  return (dice.below(2001) / 1000 - 1) * dice.of([5_000, day / 2, 3 * day, 30 * day])
}
