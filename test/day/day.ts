import { takeShift } from '../../lambdas/shift.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import { tailPrefix } from '../../lib/store/keys.ts'
import { type Life, Scheduler } from '../simulation/scheduler.ts'
import { BusyStore, type StoreFaults } from './busy-store.ts'
import { Feed } from './feed.ts'
import { LambdaFunction } from './lambda-function.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { WakingQueue } from './queue.ts'
import { scaledPolicy, scaledSettings } from './scaled.ts'
import { eachMinute, type Watched, watchTail } from './watch.ts'
import { WorkModel } from './work-model.ts'
import { runWriters, type WriterCounts } from './writers.ts'

export interface DayOptions {
  readonly seed: number
  readonly hours: number
  /** Raw bytes of a whole day as it would be; what is played is one part in `scale`. */
  readonly bytesADay: number
  readonly scale: number
  readonly writers: number
  readonly faults: StoreFaults
  /** Of calls of the brigade that die in the middle. */
  readonly deathRate: number
  /** From when and until when, in hours, others use up all the account's concurrency. */
  readonly throttledHours: readonly [start: number, end: number]
}

export interface Day extends Watched {
  readonly options: DayOptions
  readonly written: WriterCounts
  /** Events that a new reader counts in the end. */
  readonly counted: number
  readonly store: BusyStore
  readonly queue: WakingQueue
  readonly brigade: LambdaFunction
  readonly outcome: Outcome
}

/** What others leave of an account's concurrency otherwise. */
const accountCalls = 10
const startMicros = Date.UTC(2026, 2, 2) * 1000
const hourMicros = 3600e6
/** After the last batch: a message whose call died comes again when nobody else is woken. */
const restHours = 4

/**
 * A day of the archive as it is deployed: writers, the queue that S3 tells of fresh batches, the
 * function of the brigade and its schedule, on a store that takes its time and fails now and then.
 * All code of the archive is the real one; time is the simulation's.
 */
export async function playDay(options: DayOptions): Promise<Day> {
  const { seed, hours, scale } = options
  const deployed = deploy(options)
  const { scheduler, store, queue, brigade } = deployed
  const clock = scheduler.clockFor(lifeOf('clock'), () => 0)
  const operator = await deployed.open(lifeOf('operator'), 'operator')
  await operator.setPolicies([scaledPolicy(scale)])

  const minutes = (hours + restHours) * 60
  const watched = watchTail(scheduler, store.table, minutes)
  const schedule = followSchedule(deployed, minutes)
  const written = await runWriters(
    { clock, storeOf: number => store.viewFor(lifeOf(`writer ${number}`), 'writer') },
    new Feed({ seed, startMicros, bytesADay: options.bytesADay / scale, hours }),
    { writers: options.writers, seed, endMicros: startMicros + hours * hourMicros },
  )
  await schedule
  const reader = await deployed.open(lifeOf('reader'), 'reader')
  const { count: counted } = await reader.count({})
  const outcome = await outcomeOf(store.viewFor(lifeOf('auditor'), 'auditor'))
  const { tail, catalogBytesMax } = await watched
  scheduler.stop()
  return { options, written, counted, store, queue, brigade, outcome, tail, catalogBytesMax }
}

/** The rule of EventBridge, for so long. */
export function followSchedule({ scheduler, brigade }: Deployed, minutes: number): Promise<void> {
  return eachMinute(scheduler, minutes, minute => {
    const isTime = minute % (brigadeWake.scheduleHours * 60) === 0
    if (isTime) void brigade.invoke({ tidies: true })
  })
}

type Deployed = ReturnType<typeof deploy>

/** The store, the queue and the function, as the construct connects them. */
export function deploy(options: DayOptions) {
  const { seed, scale, throttledHours } = options
  const scheduler = new Scheduler(seed, startMicros)
  const work = new WorkModel(scale)
  const store = new BusyStore({
    scheduler,
    scale,
    faults: options.faults,
    cpuMillisOf: (key, bytes) => work.cpuMillisOf(key, bytes),
    created: key => {
      if (key.startsWith(tailPrefix)) queue.send()
    },
  })
  let lives = 0
  const open = async (life: Life, role: string): Promise<Archive> => {
    const random = seededRandom(seed * 7919 + ++lives)
    const clock = scheduler.clockFor(life, () => 0)
    const settings = { groupCommitMillis: 0, ...scaledSettings(scale) }
    return await openArchive({ store: store.viewFor(life, role), clock, random, settings })
  }
  const brigade = new LambdaFunction({
    scheduler,
    name: 'brigade',
    timeoutMillis: brigadeWake.callMinutesMax * 60_000,
    concurrencyNow: () => {
      const hour = (scheduler.nowMicros - startMicros) / hourMicros
      return hour >= throttledHours[0] && hour < throttledHours[1] ? 0 : accountCalls
    },
    deathRate: options.deathRate,
    start: async life => {
      const archive = await open(life, 'brigade')
      const clock = scheduler.clockFor(life, () => 0)
      return (call, context) => takeShift(archive, call, context, clock, async () => queue.send())
    },
  })
  const queue = new WakingQueue(scheduler, () => brigade.invoke({ tidies: false }))
  return { scheduler, store, queue, brigade, open }
}

export function lifeOf(name: string): Life {
  return { name, isFrozen: false, isCrashed: false }
}
