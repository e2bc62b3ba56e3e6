import { collectGarbage } from '../../../lib/brigade/collect.ts'
import { compact } from '../../../lib/brigade/compact.ts'
import { certifyErasures, finishMasks, listPending } from '../../../lib/brigade/erasing.ts'
import { raiseFloor } from '../../../lib/brigade/floor.ts'
import { fold } from '../../../lib/brigade/fold.ts'
import { cancelStaleClaims } from '../../../lib/brigade/job.ts'
import { Member } from '../../../lib/brigade/member.ts'
import { moveChain } from '../../../lib/brigade/move-chain.ts'
import { prune } from '../../../lib/brigade/prune.ts'
import { recut } from '../../../lib/brigade/recut.ts'
import { rewrite } from '../../../lib/brigade/rewrite.ts'
import { rollUp } from '../../../lib/brigade/roll-up.ts'
import { moveAbsorbed, sweepTail } from '../../../lib/brigade/sweep.ts'
import type { Workplace } from '../../../lib/catalog/commit.ts'
import type { Dice } from '../dice.ts'
import type { Actor, Stage } from '../stage.ts'

/** Every kind of work that a member does, each by itself. */
const procedures: readonly ((place: Workplace) => Promise<unknown>)[] = [
  place => fold(place, new Set()),
  place => compact(place, new Set()),
  place => rollUp(place, new Set()),
  listPending,
  place => rewrite(place, new Set()),
  finishMasks,
  place => recut(place, new Set()),
  place => prune(place),
  sweepTail,
  moveAbsorbed,
  moveChain,
  raiseFloor,
  collectGarbage,
  certifyErasures,
  cancelStaleClaims,
]

/** A member of the brigade: whole rounds, and single procedures in any order, at times doubled. */
export class MemberActor implements Actor {
  readonly name: string
  readonly #stage: Stage
  readonly #dice: Dice
  #done = 0

  constructor(stage: Stage, name: string) {
    this.name = name
    this.#stage = stage
    this.#dice = stage.dice(name)
  }

  start(process: string): () => Promise<void> {
    const place = this.#stage.place(process)
    const member = new Member(place)
    return async () => {
      const work = this.#choose(place, member)
      if (!this.#stage.befalls('triggers-duplicated', this.#dice)) await work()
      else await Promise.all([this.#stage.attempt(work), this.#stage.attempt(work)])
    }
  }

  /** A whole round now and then; else the next procedure, as members take them, or any. */
  #choose(place: Workplace, member: Member): () => Promise<unknown> {
    if (this.#dice.chance(0.2)) return () => member.once()
    const isReordered = this.#stage.befalls('triggers-reordered', this.#dice)
    const next = isReordered ? this.#dice.below(procedures.length) : this.#done++
    return () => procedures[next % procedures.length]!(place)
  }
}
