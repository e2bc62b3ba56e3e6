import type { Agenda } from './agenda.ts'
import { type Look, lookByFleet, lookHere } from './look.ts'
import { lookByParts } from './part-looks.ts'
import type { PlannedFrame } from './plan-frames.ts'
import type { Reading } from './reading.ts'
import { shortAnswerEvents } from './waves.ts'

/** A frame's look, once it is there; `undefined`: the frame is lost, and reported. */
export type Looks = Map<PlannedFrame, () => Promise<Look | undefined>>

/**
 * Has the frames of a pass looked through where that is soonest: here, by threads, or, once the
 * question is heavy, by the scan function, in waves of many bytes.
 */
export class FrameLooks {
  readonly #reading: Reading
  readonly #signal: AbortSignal
  readonly #isShort: boolean
  #framesBegun = 0
  #bytesBegun = 0
  #isHeavy = false
  #farBytes: number

  constructor(reading: Reading, signal: AbortSignal) {
    const { asking, options } = reading
    const { heavyBytesMin, scanCallsMax, scanPartBytesMax } = asking.settings
    this.#reading = reading
    this.#signal = signal
    this.#isShort = options.wanted <= shortAnswerEvents
    this.#farBytes = this.#isShort ? heavyBytesMin : scanCallsMax * scanPartBytesMax
  }

  /**
   * Bytes of frames that may be under way when the scan function looks through them; `undefined`:
   * it does not. A short answer may end within the next frames, a long one needs all there are.
   */
  farBytes(agenda: Agenda): number | undefined {
    const { asking, options } = this.#reading
    const { heavyBytesMin, scanPartBytesMin } = asking.settings
    if (!asking.fleets.farFleet?.isReady || options.scope.filter.matchesAll) return undefined
    const missing = heavyBytesMin - this.#bytesBegun
    this.#isHeavy ||= missing <= 0 || (!this.#isShort && agenda.hasFrames(missing))
    const bytes = Math.min(this.#farBytes, asking.budgetLeft().bytes / 4)
    return this.#isHeavy && bytes >= scanPartBytesMin ? bytes : undefined
  }

  /** Begins to look through these frames. */
  begin(frames: readonly PlannedFrame[], isFar: boolean): Looks {
    const { asking, options } = this.#reading
    const { scope, headsOnly = false } = options
    const signal = this.#signal
    const sizeBytes = frames.reduce((sum, frame) => sum + frame.entry.sizeBytes, 0)
    this.#framesBegun += frames.length
    this.#bytesBegun += sizeBytes
    const { farFleet, fleet: threads } = asking.fleets
    if (isFar && farFleet && sizeBytes >= asking.settings.scanPartBytesMin) {
      this.#widen()
      return lookByParts({ asking, fleet: farFleet, scope, headsOnly, signal }, frames)
    }
    const bytesMax = asking.budgetLeft().bytes / 4
    const fleet = this.#isForFleet ? threads : undefined
    const looks = asking.fetcher.fetch(frames, bytesMax, signal, (compressed, frame) =>
      fleet
        ? lookByFleet(fleet, compressed, frame, scope, headsOnly, signal)
        : lookHere(compressed, frame, scope),
    )
    return fleet ? new Map([...looks].map(([frame, look]) => [frame, begun(look)])) : looks
  }

  #widen(): void {
    const { scanCallsMax, scanPartBytesMax } = this.#reading.asking.settings
    this.#farBytes = Math.min(this.#farBytes * 2, scanCallsMax * scanPartBytesMax)
  }

  /** Whether to ask the fleet: a small question would wait for it, a copy of all gains nothing. */
  get #isForFleet(): boolean {
    const { asking, options } = this.#reading
    return !options.scope.filter.matchesAll && this.#framesBegun > asking.settings.fleetFramesMin
  }
}

/** Begins at once, not when its turn comes; it may never be asked for. */
function begun<T>(begin: () => Promise<T>): () => Promise<T> {
  const promise = begin()
  promise.catch(() => undefined)
  return () => promise
}
