import { emptyCatalog } from '../../lib/catalog/catalog.ts'
import { encodeCatalog } from '../../lib/catalog/load.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import type { GetOptions, Listing, Store, StoredObject } from '../../lib/store/store.ts'
import type { SkeletonPeriod } from './skeleton-period.ts'

/** A question asked for bytes that none needs. */
export class NotMade extends Error {}

/**
 * The objects of an archive of seven years, as far as they were made: whoever asks for another one,
 * or for bytes that are no whole page, has asked for too much, and the benchmark fails.
 */
export class SkeletonStore implements Store {
  readonly url = 'memory:years'
  readonly #periods: readonly SkeletonPeriod[]
  readonly #catalog: Buffer

  constructor(periods: readonly SkeletonPeriod[]) {
    this.#periods = periods
    const rollups = periods.map(period => period.rollup)
    this.#catalog = encodeCatalog({ ...emptyCatalog, generation: 1, commitId: 'years', rollups })
  }

  get catalogBytes(): number {
    return this.#catalog.length
  }

  async get(key: string, { range }: GetOptions = {}): Promise<StoredObject> {
    if (key === catalogKey) {
      return { bytes: this.#catalog, etag: key, sizeBytes: this.#catalog.length }
    }
    for (const period of this.#periods) {
      const found = period.bytes(key, range)
      if (found) return { ...found, etag: key }
    }
    throw new NotMade(`${key} ${JSON.stringify(range ?? 'whole')} is no part of the skeleton`)
  }

  async getIfChanged(): Promise<'unchanged'> {
    return 'unchanged'
  }

  async list(): Promise<Listing> {
    return { objects: [], more: false, storeTimeMicros: 0 }
  }

  create(): never {
    throw new Error('the skeleton is only read')
  }

  replace(): never {
    throw new Error('the skeleton is only read')
  }

  delete(): never {
    throw new Error('the skeleton is only read')
  }
}
