import { ArchiveError } from '../core/errors.ts'
import type { Tab } from '../store/metering-store.ts'
import type { Asking } from './asking.ts'
import { bytesOfPart, cutParts, type Part, partAfter } from './cut-parts.ts'
import type { FarFleet } from './far-fleet.ts'
import { type Look, lookHere, showAgain, veilOfFrame } from './look.ts'
import { encodeOrder, type PartOrder } from './part-order.ts'
import { type PackedLines, unpackLines } from './part-reply.ts'
import type { PlannedFrame } from './plan-frames.ts'
import type { Scope } from './scope.ts'

export interface PartQuestion {
  readonly asking: Asking
  readonly fleet: FarFleet
  readonly scope: Scope
  /** Of lines of frames that are not contested only time and stream are wanted. */
  readonly headsOnly: boolean
  readonly signal: AbortSignal
}

/**
 * Has a wave of frames looked through by the scan function, in parts. What it leaves, for whatever
 * reason, is looked through here when its turn comes, and is retried, healed or reported as ever.
 */
export function lookByParts(
  question: PartQuestion,
  frames: readonly PlannedFrame[],
): Map<PlannedFrame, () => Promise<Look | undefined>> {
  const { asking, scope, signal } = question
  const parts = cutParts(frames, asking.settings)
  const wave = new Wave(parts.length)
  const looks = new Map<PlannedFrame, () => Promise<Look | undefined>>()
  const lookIn = async (result: Result, frame: PlannedFrame): Promise<Look | undefined> => {
    if (result instanceof Rest) return result.look(frame)
    try {
      const shown = unpackLines(result)
      return take => showAgain(shown, take)
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
      return new Rest([frame], asking, scope, signal).look(frame)
    }
  }
  for (const part of parts) {
    const work = new PartWork(question, part)
    work.run(wave)
    for (const frame of part.frames) {
      looks.set(frame, async () => lookIn(await work.resultOf(frame), frame))
    }
  }
  return looks
}

/** What became of a frame. */
type Result = PackedLines | Rest

/** Frames that are looked through here, fetched together when the first of them is wanted. */
class Rest {
  readonly #begin: () => Map<PlannedFrame, () => Promise<Look | undefined>>
  #looks: Map<PlannedFrame, () => Promise<Look | undefined>> | undefined

  constructor(frames: readonly PlannedFrame[], asking: Asking, scope: Scope, signal: AbortSignal) {
    this.#begin = () =>
      asking.fetcher.fetch(frames, asking.budgetLeft().bytes / 4, signal, (compressed, frame) =>
        lookHere(compressed, frame, scope),
      )
  }

  async look(frame: PlannedFrame): Promise<Look | undefined> {
    this.#looks ??= this.#begin()
    return this.#looks.get(frame)?.()
  }
}

/** When nine tenths of a wave's parts are back, the rest are late. */
class Wave {
  readonly #nearEnd = Promise.withResolvers<void>()
  #left: number

  constructor(partCount: number) {
    this.#left = Math.ceil(partCount * 0.9)
  }

  partIsBack(): void {
    this.#left--
    if (this.#left === 0) this.#nearEnd.resolve()
  }

  readonly isLate = async (signal: AbortSignal): Promise<boolean> => {
    const over = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => over.resolve(), { once: true })
    await Promise.race([this.#nearEnd.promise, over.promise])
    return !signal.aborted
  }
}

/** A part on its way: asked again for what a reply had no time or room for. */
class PartWork {
  readonly #question: PartQuestion
  readonly #part: Part
  readonly #results = new Map<PlannedFrame, PromiseWithResolvers<Result>>()

  constructor(question: PartQuestion, part: Part) {
    this.#question = question
    this.#part = part
    for (const frame of part.frames) {
      const result = Promise.withResolvers<Result>()
      // It may never be asked for.
      result.promise.catch(() => undefined)
      this.#results.set(frame, result)
    }
  }

  resultOf(frame: PlannedFrame): Promise<Result> {
    return this.#results.get(frame)!.promise
  }

  run(wave: Wave): void {
    this.#ask(wave)
      .catch(error => {
        for (const result of this.#results.values()) result.reject(error)
      })
      .finally(() => wave.partIsBack())
  }

  async #ask(wave: Wave): Promise<void> {
    const { asking, fleet, signal } = this.#question
    let left = this.#part
    while (left.frames.length > 0) {
      const order = this.#orderOf(left)
      const { frames, problem } = await fleet.scan({
        order: encodeOrder(order),
        frameCount: left.frames.length,
        millisMax: order.millisMax,
        signal,
        openTab: () => this.#openTab(order),
        isLate: wave.isLate,
      })
      if (problem !== undefined) asking.warn({ detail: `the scan function: ${problem}` })
      if (frames.length === 0) break
      this.#leave(left.frames.filter((_, i) => i < frames.length && frames[i] === undefined))
      for (const [i, packed] of frames.entries()) {
        if (packed !== undefined) this.#results.get(left.frames[i]!)!.resolve(packed)
      }
      left = partAfter(left, frames.length)
    }
    this.#leave(left.frames)
  }

  #leave(frames: readonly PlannedFrame[]): void {
    const { asking, scope, signal } = this.#question
    const rest = new Rest(frames, asking, scope, signal)
    for (const frame of frames) this.#results.get(frame)!.resolve(rest)
  }

  #orderOf(part: Part): PartOrder {
    const { asking, fleet, scope, headsOnly } = this.#question
    const { scanMillisMax, scanBytesPerSecondMin } = asking.settings
    const millis = scanMillisMax + (1000 * bytesOfPart(part)) / scanBytesPerSecondMin
    return {
      query: scope.query,
      startMicros: scope.startMicros,
      endMicros: scope.endMicros,
      headsOnly,
      millisMax: Math.ceil(Math.min(millis, fleet.millisLeft)),
      ranges: part.ranges.map(range => ({
        ...{ key: range.key, start: range.start, end: range.end },
        frames: range.frames.map(frame => ({
          ...{ entry: frame.entry, wanted: frame.wanted, isContested: frame.isContested },
          veil: veilOfFrame(frame),
        })),
      })),
    }
  }

  /** At most so many GETs are late, one in ten and one more, and each brings its range once. */
  #openTab({ ranges, millisMax }: PartOrder): Tab | undefined {
    const { asking, fleet } = this.#question
    const hedges = 1 + Math.ceil(ranges.length / 9)
    return asking.openTab({
      gets: ranges.length + hedges,
      hedges,
      bytesRead: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
      gigabyteSeconds: (millisMax / 1000) * fleet.gigabytes,
    })
  }
}
