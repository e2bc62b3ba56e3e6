import { ArchiveError } from '../../lib/core/errors.ts'
import type { ObjectTable } from '../../lib/store/object-table.ts'
import type { Listing } from '../../lib/store/store.ts'
import type { Call, FaultKind, Request } from './faults.ts'
import type { Life, Scheduler } from './scheduler.ts'

const delayStepsMax = 40
const delayMicrosMax = 48 * 3_600_000_000

/** What a request needs of its world. */
export interface Surroundings {
  readonly scheduler: Scheduler
  readonly table: ObjectTable
  record(call: Call, what: string): void
  crash(process: string): void
  spread(fault: FaultKind, count: number): void
  /** Lets the answer go to the caller, or holds it. */
  deliver(call: Call, go: () => void): void
  storeTimeMicros(): number
}

export class RequestInFlight implements Request {
  readonly call: Call
  readonly #world: Surroundings
  readonly #life: Life
  readonly #apply: () => unknown
  readonly #resolve: (value: unknown) => void
  readonly #reject: (reason: unknown) => void

  constructor(
    world: Surroundings,
    life: Life,
    call: Call,
    given: {
      readonly apply: () => unknown
      readonly resolve: (value: unknown) => void
      readonly reject: (reason: unknown) => void
    },
  ) {
    this.call = call
    this.#world = world
    this.#life = life
    this.#apply = given.apply
    this.#resolve = given.resolve
    this.#reject = given.reject
  }

  chance(): number {
    return this.#world.scheduler.random.next()
  }

  apply(): unknown {
    const answer = this.#apply()
    this.#world.record(this.call, `applied: ${summary(answer)}`)
    return answer
  }

  applyLater(): void {
    const { scheduler } = this.#world
    if (this.chance() < 0.5) {
      scheduler.add(undefined, () => this.apply(), 1 + Math.floor(this.chance() * delayStepsMax))
    } else {
      const dueMicros = scheduler.nowMicros + Math.floor(this.chance() * delayMicrosMax)
      scheduler.addAt(undefined, dueMicros, () => this.apply())
    }
  }

  reply(value: unknown): void {
    this.#deliver(`answered: ${summary(value)}`, () => this.#resolve(value))
  }

  replyNothing(reason: string): void {
    const cause = new ArchiveError('unavailable', `${this.call.kind} ${this.call.key}: ${reason}`)
    const isPut = this.call.kind === 'create' || this.call.kind === 'replace'
    if (isPut) this.reply({ outcome: 'unknown', cause })
    else this.fail(cause)
  }

  fail(error: ArchiveError): void {
    this.#deliver(`failed: ${error.message}`, () => this.#reject(error))
  }

  after(millis: number, follow: () => void): void {
    const { scheduler } = this.#world
    scheduler.addAt(undefined, scheduler.nowMicros + millis * 1000, follow)
  }

  crash(): void {
    this.#world.crash(this.#life.name)
  }

  freezeFor(millis: number): void {
    this.#world.scheduler.freeze(this.#life)
    this.after(millis, () => this.#world.scheduler.thaw(this.#life))
  }

  spread(fault: FaultKind, count: number): void {
    this.#world.spread(fault, count)
  }

  storeTimeMicros(): number {
    return this.#world.storeTimeMicros()
  }

  otherObject(): Buffer {
    const others = this.#world.table.keys().filter(key => key !== this.call.key)
    const key = others[Math.floor(this.chance() * others.length)]
    return key === undefined ? Buffer.from('nothing like it') : this.#world.table.get(key)!.bytes
  }

  tornListing(): void {
    const early = this.#apply() as Listing
    this.#world.record(this.call, 'applied: first half')
    this.#world.scheduler.add(
      undefined,
      () => this.reply(joinHalves(early, this.#apply() as Listing)),
      1 + Math.floor(this.chance() * delayStepsMax),
    )
  }

  deleteSome(): void {
    const gone = this.call.keys.filter(() => this.chance() < 0.5)
    for (const key of gone) this.#world.table.delete(key)
    const text = `deleted ${gone.length} of ${this.call.keys.length} objects`
    this.fail(new ArchiveError('unavailable', text))
  }

  #deliver(what: string, settle: () => void): void {
    this.#world.deliver(this.call, () =>
      this.#world.scheduler.add(this.#life, () => {
        this.#world.record(this.call, what)
        settle()
      }),
    )
  }
}

/** What a page shows whose keys up to the middle were read early and the others late. */
function joinHalves(early: Listing, late: Listing): Listing {
  const middle = early.objects[Math.floor(early.objects.length / 2)]
  if (!middle) return late
  const objects = [
    ...early.objects.filter(object => object.key <= middle.key),
    ...late.objects.filter(object => object.key > middle.key),
  ]
  const isFull = early.more && objects.length > early.objects.length
  return {
    objects: isFull ? objects.slice(0, early.objects.length) : objects,
    more: late.more || isFull,
    storeTimeMicros: early.storeTimeMicros,
  }
}

function summary(answer: unknown): string {
  if (answer === undefined || typeof answer === 'string') return String(answer)
  const { outcome, bytes, objects } = answer as {
    outcome?: string
    bytes?: Buffer
    objects?: readonly unknown[]
  }
  return outcome ?? (bytes ? `${bytes.length} bytes` : `${objects?.length} keys`)
}
