import type {
  Appended,
  ContextAnswer,
  CountAnswer,
  ErasureAnswer,
  ErasureSelection,
  EventAnswer,
  ExplainAnswer,
  ExplainQuestion,
  FieldsAnswer,
  HistogramAnswer,
  HoursAnswer,
  Interval,
  Page,
  Range,
  Selection,
  StreamsAnswer,
  TermsAnswer,
  UsageAnswer,
  ValuesAnswer,
} from './answers.ts'
import { ArchiveClientError, answerOf, errorOfResponse } from './client-error.ts'
import { EventStream } from './event-stream.ts'
import { followEvents } from './follow.ts'

export interface ClientOptions {
  /** Where the API is, e.g. `http://127.0.0.1:7070`; a path in it is kept. */
  readonly url: string | URL
  /** Sent as `Authorization: Bearer`, for what guards the API. */
  readonly apiKey?: string
  /** Default: the platform's. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response>
}

export interface AppendOptions {
  /** Idempotency key: the same key with the same events is stored once. */
  readonly key?: string
  /** One bad event rejects the whole batch. */
  readonly strict?: boolean
  readonly signal?: AbortSignal
}

export interface EraseOptions extends ErasureSelection {
  /** The same request of the same id again is the same erasure. Absent: a new one. */
  readonly id?: string
  /** Must be said where nothing is selected, which is every event. */
  readonly everything?: boolean
  readonly signal?: AbortSignal
}

interface Asking {
  readonly signal?: AbortSignal
}

/** A longer address is not safe with every server and proxy; the question goes into a body then. */
const addressLengthMax = 4000

/** The HTTP API of an archive. Everything throws `ArchiveClientError`. */
export class ArchiveClient {
  readonly #base: URL
  readonly #apiKey: string | undefined
  readonly #fetch: NonNullable<ClientOptions['fetch']>

  constructor({ url, apiKey, fetch = (to, init) => globalThis.fetch(to, init) }: ClientOptions) {
    this.#base = new URL(String(url).replace(/\/*$/, '/'))
    this.#apiKey = apiKey
    this.#fetch = fetch
  }

  /**
   * Appends objects, or NDJSON as it is, to a stream; with `null` each names its own in `@stream`.
   */
  async append(
    stream: string | null,
    events: Iterable<object> | string | Uint8Array<ArrayBuffer>,
    { key, strict, signal }: AppendOptions = {},
  ): Promise<Appended> {
    const path = stream === null ? 'v1/events' : `v1/streams/${encodeStream(stream)}/events`
    const ndjson = typeof events === 'string' || events instanceof Uint8Array
    const body = ndjson ? events : [...events].map(event => JSON.stringify(event)).join('\n')
    const response = await this.#request(path, strict ? { strict: 1 } : {}, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson', ...(key && { 'Idempotency-Key': key }) },
      body,
      ...(signal && { signal }),
    })
    return answerOf(response)
  }

  /** The timeline of a stream. */
  read(stream: string, { signal, ...options }: Range & Page & Asking = {}): EventStream {
    return this.#stream(`v1/streams/${encodeStream(stream)}/events`, options, signal)
  }

  /** Events that match a query. */
  search({ signal, ...options }: Selection & Page & Asking = {}): EventStream {
    return this.#stream('v1/search', options, signal)
  }

  /** What a question would read, and what it would cost at most. */
  explain({
    signal,
    ...options
  }: Selection &
    Asking & { readonly question?: ExplainQuestion['question']; readonly limit?: number } = {}) {
    return this.#ask<ExplainAnswer>('v1/explain', options, signal)
  }

  count({ signal, ...options }: Selection & Asking = {}): Promise<CountAnswer> {
    return this.#ask('v1/count', options, signal)
  }

  /** How many events match in each interval; `tz` is the time zone in which days begin. */
  histogram({
    signal,
    ...options
  }: Selection & Asking & { readonly interval: Interval; readonly tz?: string }) {
    return this.#ask<HistogramAnswer>('v1/histogram', options, signal)
  }

  /** The most frequent values of a field among the events that match. */
  values(
    field: string,
    { signal, ...options }: Selection & Asking & { readonly limit?: number } = {},
  ) {
    const path = `v1/fields/${encodeURIComponent(field)}/values`
    return this.#ask<ValuesAnswer>(path, options, signal)
  }

  streams({ signal, ...options }: Asking & { readonly prefix?: string } = {}) {
    return this.#ask<StreamsAnswer>('v1/streams', options, signal)
  }

  /** The fields and values that a word, "phrase", pattern* or address occurs in. */
  terms(
    term: string,
    { signal, ...options }: Omit<Selection, 'q'> & Asking & { readonly limit?: number } = {},
  ) {
    return this.#ask<TermsAnswer>('v1/terms', { term, ...options }, signal)
  }

  /** The fields of the events that match. */
  fields({ signal, ...options }: Selection & Asking & { readonly limit?: number } = {}) {
    return this.#ask<FieldsAnswer>('v1/fields', options, signal)
  }

  /** Intervals that may have matching events, told by the indexes: search within them next. */
  hours({
    signal,
    ...options
  }: Selection & Asking & { readonly interval?: Interval; readonly tz?: string } = {}) {
    return this.#ask<HoursAnswer>('v1/hours', options, signal)
  }

  /** One event by its `@id`. */
  event(id: string, { signal, ...options }: Asking & { readonly stream?: string } = {}) {
    return this.#ask<EventAnswer>(`v1/events/${encodeURIComponent(id)}`, options, signal)
  }

  /** One event and its neighbours in its stream. */
  context(
    id: string,
    {
      signal,
      ...options
    }: Asking & {
      readonly stream?: string
      readonly before?: number
      readonly after?: number
    } = {},
  ) {
    const path = `v1/events/${encodeURIComponent(id)}/context`
    return this.#ask<ContextAnswer>(path, options, signal)
  }

  /** Events as they are appended from now on, for as long as the server lets one request follow. */
  async *tail({ signal, ...options }: Pick<Selection, 'q' | 'stream'> & Asking = {}) {
    const init = { headers: { Accept: 'text/event-stream' }, ...(signal && { signal }) }
    yield* followEvents(await this.#request('v1/tail', options, init))
  }

  usage({ signal }: Asking = {}): Promise<UsageAnswer> {
    return this.#ask('v1/usage', {}, signal)
  }

  /** Hides events from every answer that begins later and has them erased. */
  async erase({ everything, signal, ...selection }: EraseOptions): Promise<ErasureAnswer> {
    const init = inBody({ ...selection, ...(everything && { all: 1 }) }, signal ? { signal } : {})
    return answerOf(await this.#request('v1/erase', {}, init))
  }

  /** How far an erasure is; its certificate when it is done. */
  erasure(id: string, { signal }: Asking = {}): Promise<ErasureAnswer> {
    return this.#ask(`v1/erase/${encodeURIComponent(id)}`, {}, signal)
  }

  /** Erasures in progress. */
  async erasures({ signal }: Asking = {}): Promise<readonly ErasureAnswer[]> {
    type Answer = { readonly erasures: readonly ErasureAnswer[] }
    return (await this.#ask<Answer>('v1/erase', {}, signal)).erasures
  }

  async #ask<Answer>(path: string, query: object, signal?: AbortSignal): Promise<Answer> {
    const response = await this.#request(path, query, { ...(signal && { signal }) })
    return answerOf(response)
  }

  #stream(path: string, query: object, signal?: AbortSignal): EventStream {
    const init = { headers: { Accept: 'application/x-ndjson' }, ...(signal && { signal }) }
    return new EventStream(() => this.#request(path, query, init))
  }

  async #request(path: string, query: object, init: RequestInit): Promise<Response> {
    const url = new URL(path, this.#base)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const request =
      path === 'v1/search' && url.href.length > addressLengthMax
        ? this.#fetch(new URL(path, this.#base), inBody(query, this.#authorized(init)))
        : this.#fetch(url, this.#authorized(init))
    const response = await request.catch(cause => {
      if (init.signal?.aborted) throw cause
      throw new ArchiveClientError(`${url.origin} did not answer`, { code: 'unavailable', cause })
    })
    if (response.ok) return response
    throw await errorOfResponse(response)
  }

  #authorized(init: RequestInit): RequestInit {
    if (!this.#apiKey) return init
    return { ...init, headers: { ...init.headers, Authorization: `Bearer ${this.#apiKey}` } }
  }
}

/** The slashes of a stream name stand in the address as they are. */
function encodeStream(stream: string): string {
  return stream.split('/').map(encodeURIComponent).join('/')
}

function inBody(query: object, init: RequestInit): RequestInit {
  const headers = { ...init.headers, 'Content-Type': 'application/json' }
  return { ...init, method: 'POST', headers, body: JSON.stringify(query) }
}
