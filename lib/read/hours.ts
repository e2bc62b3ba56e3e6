import { Asking, type Library, withSnapshot } from './asking.ts'
import { HourBounds } from './hour-bounds.ts'
import { Intervals } from './intervals.ts'
import { lookHere } from './look.ts'
import { lookAheadAll } from './look-ahead.ts'
import type { Source } from './plan.ts'
import { knownWhole, type PlannedFrame, planFrames } from './plan-frames.ts'
import type { HourFound, HoursAnswer, HoursQuestion } from './question.ts'
import { Reading } from './reading.ts'
import { type Scope, scopeOf } from './scope.ts'

/**
 * The first step of a search in two: intervals that may have matching events, and how many, told by
 * the indexes without their events. Only what they cannot tell apart is read, fresh batches and
 * frames that reach over several intervals, and no more of it than `hoursReadBytes`.
 */
export async function hours(library: Library, question: HoursQuestion): Promise<HoursAnswer> {
  const scope = scopeOf(question)
  const { interval = 'hour', timeZone = 'UTC' } = question
  const intervals = new Intervals(interval, timeZone)
  const asking = new Asking(library, question)
  asking.ahead = lookAheadAll(asking, scope)
  const found = await withSnapshot(asking, async snapshot => {
    const bounds = new HourBounds(intervals, library.settings.histogramBucketsMax)
    const reading = new Reading(asking, snapshot, { scope, order: 'asc', wanted: Infinity })
    await new Survey(reading, bounds).run()
    return { ...bounds.total, intervals: bounds.list() }
  })
  return { ...found, ...asking.end() }
}

/** Looks over what a reading would read. */
class Survey {
  readonly #reading: Reading
  readonly #scope: Scope
  readonly #bounds: HourBounds
  readonly #signal: AbortSignal

  constructor(reading: Reading, bounds: HourBounds) {
    this.#reading = reading
    this.#scope = reading.options.scope
    this.#bounds = bounds
    this.#signal = reading.asking.signal ?? new AbortController().signal
  }

  async run(): Promise<void> {
    const wide = await this.#survey(this.#reading.sources)
    const frames = await Promise.all(wide.map(source => this.#open(source)))
    await this.#read(frames.flat().filter(frame => !this.#tellFrame(frame)))
  }

  /** Returns the buckets of which indexes and spans do not tell enough. */
  async #survey(sources: readonly Source[]): Promise<Source[]> {
    const { asking, candidates, veils } = this.#reading
    await veils.look(sources, this.#signal)
    await candidates.look(sources, this.#signal)
    const untold = sources.filter(source => candidates.mayHold(source) && !this.#tell(source))
    asking.nextRound()
    const wide = untold.filter(source => !source.manifest)
    const manifests = untold.filter(source => source.manifest)
    const { readConcurrency } = asking.settings
    // Some at a time: those of seven years list millions of buckets.
    for (let start = 0; start < manifests.length; start += readConcurrency) {
      const some = manifests.slice(start, start + readConcurrency)
      const unroll = (source: Source) => this.#reading.unroll(source, this.#signal)
      wide.push(...(await this.#survey((await Promise.all(some.map(unroll))).flat())))
    }
    return wide
  }

  /** Whether the object's span says enough: a sealed bucket in one interval, or whatever is all. */
  #tell(source: Source): boolean {
    const { startMicros, endMicros, filter } = this.#scope
    const firstMicros = Math.max(source.firstMicros, startMicros)
    const lastMicros = Math.min(source.lastMicros, endMicros - 1)
    if (!this.#bounds.isNarrow(firstMicros, lastMicros)) return false
    const contest = this.#reading.contestOf(source)
    const mayHide = this.#reading.veils.mayHide(source)
    const whole = knownWhole(source, this.#scope, contest, mayHide)
    const isWhole = filter.matchesAll && whole !== undefined
    if (!isWhole && !source.index) return false
    const { eventCount } = source
    this.#bounds.add(firstMicros, lastMicros, isWhole ? eventCount : 0, eventCount)
    return true
  }

  /** The frames of the object that may hold matching events. */
  async #open(source: Source): Promise<readonly PlannedFrame[]> {
    const { asking, candidates, veils } = this.#reading
    const isSealed = source.index !== undefined
    const directory = await asking.fetcher.open(source, isSealed, this.#signal)
    if (!directory) return []
    const contest = this.#reading.contestOf(source)
    const found = candidates.of(source)
    const mayHide = (position: number) => veils.mayHideIn(source, position)
    const told = [undefined, found, undefined] as const
    const plan = planFrames(source, directory, this.#scope, contest, ...told, mayHide)
    const framesBefore = source.index?.framesBefore ?? 0
    // Others are planned only for copies of events that decide; a copy that matches is a candidate.
    return plan.frames.filter(frame => found?.has(framesBefore + frame.position) ?? true)
  }

  /** Whether the directory says enough of the frame: it lies in one interval. */
  #tellFrame(frame: PlannedFrame): boolean {
    const { source, firstMicros, lastMicros } = frame
    if (!source.index || !this.#bounds.isNarrow(firstMicros, lastMicros)) return false
    this.#addUnread(frame)
    return true
  }

  #addUnread(frame: PlannedFrame): void {
    const { firstMicros, lastMicros, entry, eventCount } = frame
    const isSure = this.#scope.filter.matchesAll && !frame.isContested && !frame.isVeiled
    this.#bounds.add(firstMicros, lastMicros, isSure ? eventCount : 0, entry.eventCount)
  }

  /** Reads the smallest of the frames; the others may hold theirs anywhere in their span. */
  async #read(frames: readonly PlannedFrame[]): Promise<void> {
    const { asking } = this.#reading
    const smallestFirst = [...frames].sort((a, b) => a.entry.sizeBytes - b.entry.sizeBytes)
    let leftBytes = asking.settings.hoursReadBytes
    const unread = smallestFirst.findIndex(({ entry }) => {
      leftBytes -= entry.sizeBytes
      return leftBytes < 0
    })
    const readCount = unread < 0 ? frames.length : unread
    for (const frame of smallestFirst.splice(readCount)) this.#addUnread(frame)
    if (smallestFirst.length === 0) return
    asking.nextRound()
    const fetched = asking.fetcher.fetch(
      smallestFirst,
      Infinity,
      this.#signal,
      (compressed, frame) => this.#matchesIn(compressed, frame),
    )
    for (const read of fetched.values()) this.#bounds.addAll((await read()) ?? [])
  }

  /** Throws `corrupt`. */
  #matchesIn(compressed: Buffer, frame: PlannedFrame): HourFound[] {
    const found = this.#bounds.empty()
    lookHere(
      compressed,
      frame,
      this.#scope,
    )(({ timeMicros, hasId }, isMatch) => {
      // A copy in another object may be the one that decides.
      const least = frame.isContested && hasId ? 0 : 1
      if (isMatch) found.add(timeMicros, timeMicros, least, 1)
    })
    return found.list()
  }
}
