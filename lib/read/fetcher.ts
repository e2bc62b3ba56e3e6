import type { Directory } from '../bucket/directory.ts'
import { decodeFooter } from '../bucket/footer.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { ObjectCache } from '../store/object-cache.ts'
import type { GetOptions, Store, StoredObject } from '../store/store.ts'
import type { DamageReport } from './damage-report.ts'
import { Gate } from './gate.ts'
import { Gone } from './gone.ts'
import { Healer } from './healer.ts'
import type { Source } from './plan.ts'
import type { PlannedFrame } from './plan-frames.ts'
import { type FetchRange, mergeRanges } from './ranges.ts'

export interface FetcherOptions {
  /** Through the cache. */
  readonly store: Store
  /** Past the cache: what looked damaged is fetched once more before it is believed. */
  readonly fresh: Store
  readonly cache: ObjectCache
  readonly settings: Settings
  readonly damage: DamageReport
}

/** Reports what stays damaged, or makes it whole. */
type Lose<T> = (reason: string) => T | undefined | Promise<T | undefined>

/** Throws `corrupt` for what cannot be believed. */
export type ReadFrame<T> = (compressed: Buffer, frame: PlannedFrame) => T | Promise<T>

/**
 * Brings footers and frames, verified. What stays damaged is healed by parity, or reported and left
 * out; an object that is not there throws `Gone`.
 */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #rangeGate: Gate
  readonly #lookGate: Gate
  readonly #healer: Healer

  constructor(options: FetcherOptions) {
    const { readConcurrency, lookConcurrency, healConcurrency } = options.settings
    this.#options = options
    this.#rangeGate = new Gate(readConcurrency)
    this.#lookGate = new Gate(lookConcurrency)
    const read = (key: string, signal: AbortSignal) => async (start: number, end: number) => {
      const object = await this.#get(this.#rangeGate, options.fresh, key, {
        range: { start, end },
        signal,
      })
      return object?.bytes ?? Buffer.alloc(0)
    }
    this.#healer = new Healer(read, options.damage, healConcurrency)
  }

  /** How much of an object is fetched to open it. */
  openingBytes(source: Source, footerOnly: boolean): number {
    const isWhole = !footerOnly && source.sizeBytes <= this.#options.settings.mergeGapBytes
    // Of an object that was cut to nothing a byte is asked for, too: what is there is the answer.
    return Math.max(1, isWhole ? source.sizeBytes : source.footerBytes)
  }

  /**
   * The object's directory. A small object is fetched whole, so that its frames come along, unless
   * only the directory is of interest.
   */
  async open(
    source: Source,
    footerOnly: boolean,
    signal: AbortSignal,
  ): Promise<Directory | undefined> {
    const suffixBytes = this.openingBytes(source, footerOnly)
    const options = { range: { suffixBytes }, signal }
    const check = (object: StoredObject): Directory => {
      const directory = decodeFooter(object.bytes, object.sizeBytes, ownerOfBucket(source.key))
      if (typeof directory !== 'number') return directory
      throw new ArchiveError('corrupt', `footer has ${directory} bytes, expected ${suffixBytes}`)
    }
    return this.#read(source.key, options, check, reason =>
      this.#healer.directory(source, reason, signal),
    )
  }

  /**
   * What `check` makes of the bytes. It throws `corrupt` for what it cannot believe: that is
   * fetched once more past the cache, and reported if it stays so; then the answer is `undefined`.
   */
  read<T>(
    key: string,
    options: GetOptions,
    check: (object: StoredObject) => T,
    report: (reason: string) => void,
  ): Promise<T | undefined> {
    return this.#read(key, options, check, reason => {
      report(reason)
      return undefined
    })
  }

  async #read<T>(
    key: string,
    options: GetOptions,
    check: (object: StoredObject) => T,
    lose: Lose<T>,
  ): Promise<T | undefined> {
    const object = await this.#get(this.#lookGate, this.#options.store, key, options)
    if (!object) return undefined
    try {
      return check(object)
    } catch (error) {
      if (!isCorrupt(error)) throw error
    }
    return this.#again(key, options, check, lose)
  }

  /**
   * Begins to fetch these frames, neighbours together unless that would take more than `bytesMax`;
   * each promise gives what `read` makes of the frame as it is stored. What it throws `corrupt` for
   * is fetched once more, and then healed.
   */
  fetch<T>(
    frames: readonly PlannedFrame[],
    bytesMax: number,
    signal: AbortSignal,
    read: ReadFrame<T>,
  ): Map<PlannedFrame, () => Promise<T | undefined>> {
    const { mergeGapBytes, mergedRangeBytesMax } = this.#options.settings
    const rangeBytesMax = Math.min(mergedRangeBytesMax, bytesMax)
    const fetched = new Map<PlannedFrame, () => Promise<T | undefined>>()
    for (const range of mergeRanges(frames, mergeGapBytes, rangeBytesMax)) {
      const bytes = this.#fetchRange(range, signal)
      // It is awaited only when its turn comes, and not at all when the answer ends before.
      bytes.catch(() => undefined)
      for (const frame of range.frames) {
        fetched.set(frame, async () => this.#readFrame(frame, range, await bytes, signal, read))
      }
    }
    return fetched
  }

  async #fetchRange(range: FetchRange, signal: AbortSignal): Promise<Buffer | undefined> {
    const { key, start, end } = range
    const object = await this.#get(this.#rangeGate, this.#options.store, key, {
      range: { start, end },
      signal,
    })
    return object?.bytes
  }

  async #readFrame<T>(
    frame: PlannedFrame,
    range: FetchRange,
    bytes: Buffer | undefined,
    signal: AbortSignal,
    read: ReadFrame<T>,
  ): Promise<T | undefined> {
    if (!bytes) return undefined
    const { startByte, sizeBytes } = frame.entry
    const start = startByte - range.start
    try {
      return await read(bytes.subarray(start, start + sizeBytes), frame)
    } catch (error) {
      if (!isCorrupt(error)) throw error
    }
    return this.#again(
      range.key,
      { range: { start: startByte, end: startByte + sizeBytes }, signal },
      object => read(object.bytes, frame),
      reason => this.#healer.frame(frame, reason, signal, bytes => read(bytes, frame)),
    )
  }

  /** What was damaged on its way only is whole when fetched anew; what is not, is lost. */
  async #again<T>(
    key: string,
    options: GetOptions,
    check: (object: StoredObject) => T | Promise<T>,
    lose: Lose<T>,
  ): Promise<T | undefined> {
    this.#options.cache.drop(key)
    const object = await this.#get(this.#rangeGate, this.#options.fresh, key, options)
    if (!object) return undefined
    try {
      return await check(object)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      return await lose(error.message)
    }
  }

  /** `undefined` only where the rule is switched off. */
  async #get(
    gate: Gate,
    store: Store,
    key: string,
    options: GetOptions,
  ): Promise<StoredObject | undefined> {
    const object = await gate.run(() => store.get(key, options))
    if (!object && holds('read-404-restarts')) throw new Gone(`${key} is gone`)
    return object
  }
}

function isCorrupt(error: unknown): error is ArchiveError {
  return error instanceof ArchiveError && error.code === 'corrupt'
}
