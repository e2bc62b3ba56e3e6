import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { importMarkerKey } from '../store/keys.ts'
import type { PutResult, Store } from '../store/store.ts'
import { decodeMarker, encodeMarker, type ImportMarker } from './marker.ts'

/** A marker as it lies in the store. */
export interface HeldMarker {
  readonly marker: ImportMarker
  readonly etag: string
}

/** Reads and changes the marker of one import. */
export class MarkerStore {
  readonly #key: string
  readonly #store: Store
  readonly #clock: Clock
  readonly #settings: Settings

  constructor(hash: string, store: Store, clock: Clock, settings: Settings) {
    this.#key = importMarkerKey(hash)
    this.#store = store
    this.#clock = clock
    this.#settings = settings
  }

  async load(): Promise<HeldMarker | undefined> {
    const object = await this.#store.get(this.#key)
    return object && { marker: decodeMarker(object.bytes, this.#key), etag: object.etag }
  }

  /** The marker that is there, or else this one, created. */
  async loadOrCreate(fresh: ImportMarker): Promise<HeldMarker> {
    const bytes = encodeMarker(fresh, this.#key)
    for (let attempt = 0; attempt < this.#settings.putAttemptsMax; attempt++) {
      const held = await this.load()
      if (held) return held
      const result = await this.#store.create(this.#key, bytes)
      if (result.outcome === 'stored') return { marker: fresh, etag: result.etag }
      await this.#pauseAfter(result, attempt)
    }
    throw this.#unconfirmed()
  }

  /**
   * Replaces the marker by `next` of it until that succeeds; `next` returns `undefined` when what
   * it finds needs no change. Returns the marker as it is then.
   */
  async change(
    held: HeldMarker,
    next: (marker: ImportMarker) => ImportMarker | undefined,
  ): Promise<HeldMarker> {
    let current = held
    for (let attempt = 0; attempt < this.#settings.putAttemptsMax; attempt++) {
      const marker = next(current.marker)
      if (!marker) return current
      const bytes = encodeMarker(marker, this.#key)
      const result = await this.#store.replace(this.#key, bytes, current.etag)
      if (result.outcome === 'stored') return { marker, etag: result.etag }
      await this.#pauseAfter(result, attempt)
      const found = await this.load()
      if (!found) throw new ArchiveError('missing', `${this.#key} was deleted during the import`)
      // The outcome may have been unknown: equal bytes are this change, done.
      if (encodeMarker(found.marker, this.#key).equals(bytes)) return found
      current = found
    }
    throw this.#unconfirmed()
  }

  async #pauseAfter(result: PutResult, attempt: number): Promise<void> {
    if (result.outcome === 'refused') return
    await this.#clock.sleep(this.#settings.retryPauseMillis * 2 ** attempt)
  }

  #unconfirmed(): ArchiveError {
    return new ArchiveError('unavailable', `the store did not confirm ${this.#key}`)
  }
}
