/**
 * What the engine asks of an object store: strongly consistent reads and listings, atomic puts of
 * one object, conditional create and compare-and-swap. Everything above this interface works on any
 * store that passes `test/store/conformance.ts`.
 *
 * Reads are retried by the store itself, within limits, and then throw `unavailable`. Puts are
 * never retried inside: each call is one attempt, and an attempt whose effect cannot be known says
 * so.
 */
export interface Store {
  /** Where it is, as the user would write it: `memory:`, `file:DIR`, `s3://BUCKET/PREFIX`. */
  readonly url: string

  /** Answers come over a network: now and then one takes far longer than the others. */
  readonly isRemote?: boolean

  /**
   * The object or a part of it. `undefined`: there is none. A suffix longer than the object is all.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject | undefined>

  /** As `get`, but `'unchanged'` when the object still has this etag. */
  getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined>

  /** Creates the object; one that exists is left as it is and the outcome is `refused`. */
  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult>

  /** Replaces the object if it still has this etag, otherwise the outcome is `refused`. */
  replace(key: string, bytes: Uint8Array, etag: string, signal?: AbortSignal): Promise<PutResult>

  /** One page, at most 1,000 keys, in ascending order of key bytes. A page is a request. */
  list(prefix: string, options?: ListOptions): Promise<Listing>

  /**
   * Deletes any number of objects; one that is not there counts as deleted. Throws if some remain.
   */
  delete(keys: readonly string[]): Promise<void>
}

export interface GetOptions {
  /** Half-open range of bytes, or the last `suffixBytes`. Absent: the whole object. */
  readonly range?:
    | { readonly start: number; readonly end: number }
    | { readonly suffixBytes: number }
  readonly signal?: AbortSignal
}

export interface StoredObject {
  /** The bytes asked for; a range that passes the end of the object is cut there. */
  readonly bytes: Buffer
  readonly etag: string
  /** Size of the whole object. */
  readonly sizeBytes: number
}

/**
 * The store's own clock (`Date` of the response), the only one that safety rests on (PROTOCOL W3,
 * V1).
 */
interface Answered {
  readonly storeTimeMicros: number
}

export type PutResult =
  | (Answered & { readonly outcome: 'stored'; readonly etag: string })
  /** 412: create found an object, replace found another etag. */
  | (Answered & { readonly outcome: 'refused' })
  /** 404: nothing to replace. */
  | (Answered & { readonly outcome: 'missing' })
  /** 409: another conditional request was in flight; this one had no effect. Try again. */
  | (Answered & { readonly outcome: 'busy' })
  /** No answer, or one that proves nothing: it may have happened, and may yet happen. */
  | { readonly outcome: 'unknown'; readonly cause: unknown }

export interface ListOptions {
  /** Only keys after this one. */
  readonly startAfter?: string
  readonly limit?: number
  readonly signal?: AbortSignal
}

export interface Listing extends Answered {
  readonly objects: readonly ListedObject[]
  /** There are more: list again, starting after the last key. */
  readonly more: boolean
}

export interface ListedObject {
  readonly key: string
  readonly sizeBytes: number
  /** When the store took the object in, by its own clock. */
  readonly modifiedMicros: number
}

/** Every object under the prefix, page by page. */
export async function* listAll(
  store: Store,
  prefix: string,
  options: ListOptions = {},
): AsyncGenerator<ListedObject> {
  let startAfter = options.startAfter
  for (;;) {
    const page = await store.list(prefix, { ...options, ...(startAfter && { startAfter }) })
    yield* page.objects
    const last = page.objects.at(-1)
    if (!page.more || !last) return
    startAfter = last.key
  }
}
