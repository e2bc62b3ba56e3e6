import { Asking, type Library, withSnapshot } from './asking.ts'
import { Candidates } from './candidates.ts'
import { Contest } from './contest.ts'
import { HourBounds } from './hour-bounds.ts'
import { Intervals } from './intervals.ts'
import { lookHere } from './look.ts'
import { planRead, type Source } from './plan.ts'
import { type PlannedFrame, planFrames } from './plan-frames.ts'
import type { HourFound, HoursAnswer, HoursQuestion } from './question.ts'
import { type Scope, scopeOf, wantsStream } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The first step of a search in two: intervals that may have matching events, and how many, told by
 * the indexes without their events. Only what they cannot tell apart is read, fresh batches and
 * frames that reach over several intervals, and no more of it than `hoursReadBytes`.
 */
export async function hours(library: Library, question: HoursQuestion): Promise<HoursAnswer> {
  const scope = scopeOf(question)
  const { interval = 'hour', timeZone = 'UTC', signal } = question
  const intervals = new Intervals(interval, timeZone)
  const asking = new Asking(library, signal)
  const found = await withSnapshot(asking, async snapshot => {
    const bounds = new HourBounds(intervals, library.settings.histogramBucketsMax)
    await new Survey(asking, snapshot, scope, bounds).run()
    return { ...bounds.total, intervals: bounds.list() }
  })
  return { ...found, ...asking.end() }
}

/** One look over a snapshot. */
class Survey {
  readonly #asking: Asking
  readonly #scope: Scope
  readonly #bounds: HourBounds
  readonly #sources: readonly Source[]
  readonly #contest: Contest
  readonly #candidates: Candidates
  readonly #signal: AbortSignal

  constructor(asking: Asking, snapshot: Snapshot, scope: Scope, bounds: HourBounds) {
    this.#asking = asking
    this.#scope = scope
    this.#bounds = bounds
    this.#sources = planRead(snapshot, scope)
    this.#contest = new Contest(this.#sources)
    this.#candidates = new Candidates(asking, scope.condition)
    this.#signal = asking.signal ?? new AbortController().signal
  }

  async run(): Promise<void> {
    await this.#candidates.look(this.#sources, this.#signal)
    const wide: Source[] = []
    for (const source of this.#sources) {
      if (!this.#mayMatch(source)) continue
      if (source.index && this.#isNarrow(source)) this.#addSource(source)
      else wide.push(source)
    }
    if (wide.length === 0) return
    this.#asking.nextRound()
    const opened = await Promise.all(wide.map(source => this.#open(source)))
    await this.#read(this.#choose(opened.flat()))
  }

  /** As far as the range goes that is asked for. */
  #isNarrow({ firstMicros, lastMicros }: Source): boolean {
    const { startMicros, endMicros } = this.#scope
    return this.#bounds.isNarrow(
      Math.max(firstMicros, startMicros),
      Math.min(lastMicros, endMicros - 1),
    )
  }

  #mayMatch(source: Source): boolean {
    const found = this.#candidates.of(source)
    if (!found || !source.index) return true
    const { framesBefore, frameCount } = source.index
    for (let i = 0; i < frameCount; i++) if (found.has(framesBefore + i)) return true
    return false
  }

  #addSource(source: Source): void {
    const { firstMicros, lastMicros, eventCount: most, group, streams } = source
    const { startMicros, endMicros, filter, stream, glob } = this.#scope
    const [first, last] = streams ?? ['', undefined]
    const wantsAll =
      filter.matchesAll &&
      firstMicros >= startMicros &&
      lastMicros < endMicros &&
      ((stream ?? glob) === undefined || (first === last && wantsStream(this.#scope, first))) &&
      (source.idCount === 0 ||
        !this.#contest.isContested(group, undefined, firstMicros, lastMicros))
    const least = wantsAll ? most : 0
    this.#bounds.add(
      Math.max(firstMicros, startMicros),
      Math.min(lastMicros, endMicros - 1),
      least,
      most,
    )
  }

  /** The frames of the object that may hold matching events. */
  async #open(source: Source): Promise<readonly PlannedFrame[]> {
    const directory = await this.#asking.fetcher.open(
      source,
      source.index !== undefined,
      this.#signal,
    )
    if (!directory) return []
    const candidates = this.#candidates.of(source)
    const plan = planFrames(source, directory, this.#scope, this.#contest, undefined, candidates)
    const framesBefore = source.index?.framesBefore ?? 0
    // Others are planned only for copies of events that decide; a copy that matches is a candidate.
    return plan.frames.filter(frame => candidates?.has(framesBefore + frame.position) ?? true)
  }

  /** Which frames must be read; what the others hold is told by their directories. */
  #choose(frames: readonly PlannedFrame[]): PlannedFrame[] {
    const chosen: PlannedFrame[] = []
    let leftBytes = this.#asking.settings.hoursReadBytes
    const smallestFirst = [...frames].sort((a, b) => a.entry.sizeBytes - b.entry.sizeBytes)
    for (const frame of smallestFirst) {
      const { source, firstMicros, lastMicros, entry } = frame
      const isTold = source.index !== undefined && this.#bounds.isNarrow(firstMicros, lastMicros)
      if (!isTold && entry.sizeBytes <= leftBytes) {
        leftBytes -= entry.sizeBytes
        chosen.push(frame)
      } else {
        const isSure = this.#scope.filter.matchesAll && !frame.isContested
        const least = isSure ? frame.eventCount : 0
        this.#bounds.add(firstMicros, lastMicros, least, entry.eventCount)
      }
    }
    return chosen
  }

  async #read(frames: readonly PlannedFrame[]): Promise<void> {
    if (frames.length === 0) return
    const { fetcher } = this.#asking
    this.#asking.nextRound()
    const fetched = fetcher.fetch(frames, this.#signal, (compressed, frame) =>
      this.#matchesIn(compressed, frame),
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
