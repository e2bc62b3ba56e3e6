import { catalogKey, outputPrefixes, tailPrefix } from './keys.ts'
import type { ObjectCache } from './object-cache.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

const immutablePrefixes = [tailPrefix, ...outputPrefixes]

/**
 * Answers from the cache what cannot have changed, and asks the store for the rest. Immutable
 * objects are never asked for twice; the catalog is asked for every time, but only sent again when
 * it changed. That an object is missing is never remembered: it may come.
 */
export function cached(store: Store, cache: ObjectCache): Store {
  return new CachingStore(store, cache)
}

class CachingStore implements Store {
  readonly url: string
  readonly #store: Store
  readonly #cache: ObjectCache

  constructor(store: Store, cache: ObjectCache) {
    this.url = store.url
    this.#store = store
    this.#cache = cache
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    if (key === catalogKey && !options.range) return this.#getCatalog(options)
    if (!isImmutable(key)) return this.#store.get(key, options)
    const known = this.#cache.get(key, options.range)
    if (known) return known
    return this.#cache.fetch(key, options.range, () => this.#store.get(key, options))
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    const object = await this.#store.getIfChanged(key, etag)
    if (key === catalogKey && object && object !== 'unchanged') this.#keepCatalog(object)
    return object
  }

  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    return this.#store.create(key, bytes, signal)
  }

  replace(key: string, bytes: Uint8Array, etag: string, signal?: AbortSignal): Promise<PutResult> {
    return this.#store.replace(key, bytes, etag, signal)
  }

  list(prefix: string, options?: ListOptions): Promise<Listing> {
    return this.#store.list(prefix, options)
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#store.delete(keys)
  }

  async #getCatalog(options: GetOptions): Promise<StoredObject | undefined> {
    const known = this.#cache.get(catalogKey, undefined)
    const object = known
      ? await this.#store.getIfChanged(catalogKey, known.etag)
      : await this.#store.get(catalogKey, options)
    if (object === 'unchanged') return known
    if (object) this.#keepCatalog(object)
    return object
  }

  #keepCatalog(object: StoredObject): void {
    this.#cache.drop(catalogKey)
    this.#cache.put(catalogKey, undefined, object)
  }
}

function isImmutable(key: string): boolean {
  return immutablePrefixes.some(prefix => key.startsWith(prefix))
}
