import { isDeepStrictEqual } from 'node:util'
import { prune } from '../../../lib/brigade/prune.ts'
import type { Catalog } from '../../../lib/catalog/catalog.ts'
import { commit, type Workplace } from '../../../lib/catalog/commit.ts'
import { matchesGlob } from '../../../lib/core/glob.ts'
import type { Policy } from '../../../lib/core/policy.ts'
import type { Dice } from '../dice.ts'
import { lateEndMicros } from '../events.ts'
import type { Forgetting, ModelEvent } from '../model.ts'
import type { Actor, Stage } from '../stage.ts'

/** Late events are older, by any clock of a history; others never become so old. */
const retentionMicros = 240 * 86_400e6
const patterns = ['**', 'web/*', 'db', 'user/4711'] as const

/**
 * An operator who changes the policies, so that what lies is cut anew and late events are past
 * their retention, and prunes. What was pruned is never seen again, whatever becomes of the
 * policies and whatever else lands there.
 */
export class Pruner implements Actor {
  readonly name: string
  readonly #stage: Stage
  readonly #dice: Dice
  /** By pattern. */
  readonly #forgettings = new Map<string, Forgetting>()

  constructor(stage: Stage, name: string) {
    this.name = name
    this.#stage = stage
    this.#dice = stage.dice(name)
  }

  start(process: string): () => Promise<void> {
    const place = this.#stage.place(process)
    return () => (this.#dice.chance(0.3) ? this.#change(place) : this.#prune(place))
  }

  /** Policies of another cut, mostly with a retention for some streams. */
  async #change(place: Workplace): Promise<void> {
    const dice = this.#dice
    const sizes = { bucketSizeBytes: dice.of([1, 500, 2000]), frameSizeBytes: dice.of([100, 500]) }
    const policies: Policy[] = this.#stage.swarm.policies.map(each => ({ ...each, ...sizes }))
    if (dice.chance(0.8)) {
      const pattern = dice.of(patterns)
      this.#expectLoss(pattern)
      policies.unshift({ ...policies[0]!, pattern, retentionMicros })
    }
    // So small that no operator may have them: `setPolicies` would refuse.
    const isSet = (catalog: Catalog) => isDeepStrictEqual(catalog.policies, policies)
    await commit(place, catalog =>
      isSet(catalog) ? undefined : { next: { ...catalog, policies }, landed: isSet },
    )
  }

  /** From now on members may prune what is past the retention, and need not. */
  #expectLoss(pattern: string): void {
    const isPast = ({ stream, timeMicros }: ModelEvent) =>
      timeMicros < lateEndMicros && matchesGlob(stream, pattern)
    if (!this.#forgettings.has(pattern))
      this.#forgettings.set(pattern, this.#stage.model.forget(isPast, true))
  }

  async #prune(place: Workplace): Promise<void> {
    const { policies, pruned } = await prune(place, { confirmed: true })
    for (const { horizon, reachedMicros } of policies) {
      const { pattern } = horizon
      // A member may have been faster.
      const isReached = reachedMicros >= lateEndMicros
      const forgetting = this.#forgettings.get(pattern)
      if (forgetting && (isReached || pruned.includes(pattern)))
        this.#stage.model.masked(forgetting)
    }
  }
}
