import type { Directory } from '../bucket/directory.ts'
import { readTwin } from '../bucket/footer.ts'
import { healFrame, type ReadBytes } from '../bucket/parity.ts'
import { ArchiveError } from '../core/errors.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { DamageReport } from './damage-report.ts'
import { Gate } from './gate.ts'
import type { Source } from './plan.ts'
import type { PlannedFrame } from './plan-frames.ts'

/** Brings bytes of an object past the cache. */
type ReadObject = (key: string, signal: AbortSignal) => ReadBytes

/**
 * Makes damaged parts of buckets anew where parity allows it, and reports them: as healed, or as
 * what the answer lacks.
 */
export class Healer {
  readonly #read: ReadObject
  readonly #damage: DamageReport
  readonly #gate: Gate

  constructor(read: ReadObject, damage: DamageReport, concurrency: number) {
    this.#read = read
    this.#damage = damage
    this.#gate = new Gate(concurrency)
  }

  /** What `use` makes of the frame; `undefined`: it stays damaged. */
  async frame<T>(
    frame: PlannedFrame,
    reason: string,
    signal: AbortSignal,
    use: (compressed: Buffer) => T | Promise<T>,
  ): Promise<T | undefined> {
    const { source, entry, parity } = frame
    const { startByte } = entry
    const part = { object: source.key, startByte, endByte: startByte + entry.sizeBytes }
    return this.#heal(
      part,
      reason,
      why => this.#damage.addFrame(frame, why),
      parity && (async () => use(await healFrame(parity, entry, this.#read(source.key, signal)))),
    )
  }

  /** The directory of a sealed bucket whose footer is damaged; `undefined`: it stays so. */
  async directory(
    source: Source,
    reason: string,
    signal: AbortSignal,
  ): Promise<Directory | undefined> {
    const { key, sizeBytes, footerBytes } = source
    const part = { object: key, startByte: sizeBytes - footerBytes, endByte: sizeBytes }
    const isSealed = source.streams !== undefined
    return this.#heal(
      part,
      reason,
      // That a bucket has no twin is no news where it needs none.
      () => this.#damage.addObject(source, reason),
      isSealed ? () => readTwin(source, ownerOfBucket(key), this.#read(key, signal)) : undefined,
    )
  }

  async #heal<T>(
    part: { readonly object: string; readonly startByte: number; readonly endByte: number },
    reason: string,
    lose: (reason: string) => void,
    make: (() => Promise<T>) | undefined,
  ): Promise<T | undefined> {
    if (!make) {
      lose(reason)
      return undefined
    }
    try {
      const made = await this.#gate.run(make)
      this.#damage.addHealed({ ...part, reason })
      return made
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
      lose(`${reason}; ${error.message}`)
      return undefined
    }
  }
}
