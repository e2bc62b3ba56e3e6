import type {
  GetOptions,
  Listing,
  ListOptions,
  PutResult,
  Store,
  StoredObject,
} from '../../lib/store/store.ts'

/** What becomes of a put that is answered with `unknown`. */
export type Loss = 'request lost' | 'answer lost'

/** A store that notes its puts and loses those that `lose` says. */
export class WatchedStore implements Store {
  readonly url = 'memory:'
  readonly #inner: Store
  /** Keys of every create and replace that was tried, in order. */
  readonly puts: string[] = []
  lose: (key: string) => Loss | undefined = () => undefined

  constructor(inner: Store) {
    this.#inner = inner
  }

  /** How many puts went to keys that begin like this. */
  putCount(prefix: string): number {
    return this.puts.filter(key => key.startsWith(prefix)).length
  }

  get(key: string, options?: GetOptions): Promise<StoredObject | undefined> {
    return this.#inner.get(key, options)
  }

  getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    return this.#inner.getIfChanged(key, etag)
  }

  create(key: string, bytes: Uint8Array): Promise<PutResult> {
    return this.#put(key, () => this.#inner.create(key, bytes))
  }

  replace(key: string, bytes: Uint8Array, etag: string): Promise<PutResult> {
    return this.#put(key, () => this.#inner.replace(key, bytes, etag))
  }

  list(prefix: string, options?: ListOptions): Promise<Listing> {
    return this.#inner.list(prefix, options)
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#inner.delete(keys)
  }

  async #put(key: string, put: () => Promise<PutResult>): Promise<PutResult> {
    this.puts.push(key)
    const loss = this.lose(key)
    if (loss === undefined) return await put()
    if (loss === 'answer lost') await put()
    return { outcome: 'unknown', cause: new Error(loss) }
  }
}
