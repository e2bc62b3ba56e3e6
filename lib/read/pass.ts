import { ArchiveError } from '../core/errors.ts'
import { Agenda, firstSources, type Item, isFrame, type WaveLimits } from './agenda.ts'
import { FrameLooks, type Looks } from './frame-looks.ts'
import type { Found, Holding } from './holding.ts'
import type { Source } from './plan.ts'
import { type PlannedFrame, planFrames } from './plan-frames.ts'
import { beforeTime, type Position } from './position.ts'
import type { Reading } from './reading.ts'
import type { TakeLine } from './scan.ts'
import { firstWave, firstWaveOf, nextWaveOf, shortAnswerEvents, waveSourcesMax } from './waves.ts'

/**
 * One pass over a reading's objects: visits frames by the nearest time they may hold, so that what
 * precedes all unvisited frames can be given out at once.
 */
export class Pass {
  readonly #reading: Reading
  readonly #holding: Holding
  readonly #agenda: Agenda
  readonly #looks: FrameLooks
  readonly #underWay: Looks = new Map()
  #underWayBytes = 0
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #isShort: boolean
  #waveFrames: number
  /** Bytes of frames under way, where the scan function looks through them. */
  #farBytes: number | undefined
  /** No further frame is known: to look for one anew at each frame would take long. */
  #isDrained = false
  #waveSources: number
  /** Keys of indexes that were asked for candidates. */
  readonly #asked = new Set<string>()
  #hasOpened = false
  #reached: Position | undefined

  constructor(reading: Reading, holding: Holding) {
    const { asking, options } = reading
    this.#reading = reading
    this.#holding = holding
    this.#agenda = new Agenda(options.order, reading.sources)
    this.#signal = asking.signal
      ? AbortSignal.any([this.#stop.signal, asking.signal])
      : this.#stop.signal
    this.#looks = new FrameLooks(reading, this.#signal)
    this.#isShort = options.wanted <= shortAnswerEvents
    // Where all events match it is known which frames have enough of them.
    const isBlind = this.#isShort && !options.scope.filter.matchesAll
    this.#waveFrames = isBlind ? Math.min(firstWave, this.#framesMax) : this.#framesMax
    this.#waveSources = this.#isShort ? this.#firstSources : waveSourcesMax
  }

  get #firstSources(): number {
    const { options, sources } = this.#reading
    const { scope, wanted } = options
    const isTimeline = scope.stream !== undefined && scope.filter.matchesAll
    return isTimeline ? firstWaveOf(wanted, sources) : firstWave
  }

  get #framesMax(): number {
    return Math.max(1, this.#reading.asking.settings.readConcurrency)
  }

  /** Everything before this has been given out. */
  get reached(): Position | undefined {
    return this.#reached
  }

  get hasMore(): boolean {
    return this.#holding.hasMore || this.#agenda.first() !== undefined
  }

  /** Events in order, in groups; a group must be taken whole before the next is asked for. */
  async *events(): AsyncGenerator<Iterable<Found>> {
    try {
      for (;;) {
        const first = this.#agenda.first()
        if (!first || this.#holding.isBeyond(this.#agenda.nearMicros(first))) break
        const nearMicros = this.#agenda.nearMicros(first)
        yield this.#holding.take(nearMicros)
        this.#reached = beforeTime(nearMicros, this.#reading.options.order)
        if (this.#holding.wanted === 0) return
        if (isFrame(first) && this.#underWay.has(first)) await this.#visit(first)
        else await this.#startWave()
      }
      yield this.#holding.take()
    } finally {
      this.#stop.abort()
    }
  }

  /** Brings into memory what the first wave asks indexes for. */
  async lookAhead(): Promise<void> {
    const { sources } = this.#agenda.choose(this.#underWay, this.#limits())
    await this.#reading.candidates.fetchAhead(sources, this.#signal)
  }

  async #startWave(): Promise<void> {
    this.#reading.asking.nextRound()
    this.#isDrained = false
    const wave = this.#agenda.choose(this.#underWay, this.#limits())
    if (wave.sources.length > 0) await this.#open(wave.sources)
    else this.#begin(wave.frames)
    this.#waveFrames = Math.min(this.#waveFrames * 2, this.#framesMax)
  }

  #limits(): WaveLimits {
    const { asking, options } = this.#reading
    const left = asking.budgetLeft()
    const { wanted } = this.#holding
    const { matchesAll } = options.scope.filter
    const { scanCallsMax, scanPartItemsMax } = asking.settings
    const farBytes = this.#looks.farBytes(this.#agenda)
    const isFar = farBytes !== undefined
    this.#farBytes = farBytes
    return {
      // What is opened must leave enough of the budget to read it.
      framesMax: isFar
        ? Math.max(1, scanCallsMax * scanPartItemsMax - this.#underWay.size)
        : Math.max(1, Math.min(this.#waveFrames, Math.floor(left.gets / 2))),
      frameBytesMax: isFar ? farBytes - this.#underWayBytes : Infinity,
      sourcesMax: Math.max(1, Math.min(this.#waveSources, Math.floor(left.gets / 4))),
      // They must still be in the cache when their frames are visited.
      sourceBytesMax: Math.min(asking.settings.cacheBytes / 2, left.bytes / 4),
      isAsked: key => this.#asked.has(key),
      openingBytes: source => asking.fetcher.openingBytes(source, this.#mayKnow(source)),
      framesWanted: matchesAll ? wanted : isFar ? Infinity : Math.max(wanted, this.#waveFrames),
      candidatesOf: source => this.#reading.candidates.countOf(source) ?? 0,
      eventsWanted: matchesAll ? wanted : Infinity,
      isBeyond: micros => this.#holding.isBeyond(micros),
    }
  }

  /**
   * Asks the indexes of these objects, and opens the nearest of those that have a candidate. Where
   * many have none, many more are asked next.
   */
  async #open(sources: readonly Source[]): Promise<void> {
    const { known } = this.#reading
    await known.lookUp(sources, this.#signal)
    for (const { index } of sources) if (index) this.#asked.add(index.ref.key)
    const isLeft = (source: Source) => this.#reading.mayHoldAny(source) && !known.take(source)
    const possible = sources.filter(isLeft)
    if (this.#isSummaryWorthwhile) await known.look(possible, this.#signal)
    const promising = possible.filter(isLeft)
    const opened = firstSources(promising, this.#limits())
    const found = (await Promise.all(opened.map(source => this.#openOne(source)))).flat()
    const left = promising.slice(opened.length)
    this.#agenda.replace(sources, [...found, ...left])
    this.#hasOpened = true
    const asked = new Set(sources.map(({ index, key }) => index?.ref.key ?? key)).size
    // Where one index tells of many objects little was asked: no reason to ask less next time.
    const next = Math.max(this.#waveSources, this.#nextSources(asked, found))
    this.#waveSources = Math.min(next, waveSourcesMax)
  }

  /** Where little is found, much has to be asked at once: else rounds add up. */
  #nextSources(asked: number, found: readonly Item[]): number {
    const { options } = this.#reading
    if (options.scope.filter.matchesAll) {
      const eventCount = found.reduce((sum, item) => sum + item.eventCount, 0)
      return nextWaveOf(this.#holding.wanted, asked, eventCount)
    }
    return found.length < asked / 2 ? waveSourcesMax : asked * 2
  }

  /** A tally may get its counts from summaries; a search only needs them when it is a long one. */
  get #isSummaryWorthwhile(): boolean {
    const { options, summaries } = this.#reading
    if (!summaries.isWorthAsking) return false
    if (options.known) return true
    return options.scope.isBeyondTerms && (!this.#isShort || this.#hasOpened)
  }

  async #openOne(source: Source): Promise<readonly Item[]> {
    const { asking, options, candidates, known, handedOut, veils } = this.#reading
    const contest = this.#reading.contestOf(source)
    if (source.manifest) {
      // The index that knew the manifest knows its buckets.
      const listed = await this.#reading.unroll(source, this.#signal)
      return listed.filter(each => this.#reading.mayHoldAny(each))
    }
    const directory = await asking.fetcher.open(source, this.#mayKnow(source), this.#signal)
    if (!directory) return []
    const plan = planFrames(
      source,
      directory,
      options.scope,
      contest,
      options.known?.suffices,
      candidates.of(source),
      known.framesOf(source),
      position => veils.mayHideIn(source, position),
    )
    if (!handedOut.has(source.key)) {
      handedOut.add(source.key)
      for (const part of plan.known) options.known?.take(part)
    }
    return plan.frames
  }

  /** Whether the footer alone may be enough of an object. */
  #mayKnow(source: Source): boolean {
    const { options, known } = this.#reading
    if (!options.known) return false
    const isAll = options.scope.filter.matchesAll && options.known.field === undefined
    return isAll || known.knowsOf(source)
  }

  #begin(frames: readonly PlannedFrame[]): void {
    for (const [frame, look] of this.#looks.begin(frames, this.#farBytes !== undefined)) {
      this.#underWay.set(frame, look)
      this.#underWayBytes += frame.entry.sizeBytes
    }
  }

  get #isHalfEmpty(): boolean {
    const { size } = this.#underWay
    if (this.#farBytes === undefined) return size < this.#waveFrames / 2
    return this.#underWayBytes < this.#farBytes / 2
  }

  async #visit(frame: PlannedFrame): Promise<void> {
    const { asking, options, handedOut } = this.#reading
    const looked = this.#underWay.get(frame)
    this.#agenda.removeFirst()
    this.#underWay.delete(frame)
    if (looked) this.#underWayBytes -= frame.entry.sizeBytes
    if (!this.#isShort && !this.#isDrained && this.#isHalfEmpty) {
      const { frames } = this.#agenda.choose(this.#underWay, this.#limits())
      this.#isDrained = frames.length === 0
      this.#begin(frames)
    }
    const look = await looked?.()
    if (!look) return
    const name = `${frame.source.key} ${frame.position}`
    const direct = options.direct && handedOut.has(name) ? () => undefined : options.direct
    handedOut.add(name)
    const take: TakeLine = (line, isMatch) => {
      if (direct && !(frame.isContested && line.hasId)) direct(line)
      else this.#holding.add(line, isMatch)
    }
    try {
      look(take)
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
      asking.damage.addFrame(frame, error.message)
    }
  }
}
