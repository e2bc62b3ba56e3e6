import type { Hit, Hits } from '../read/question.ts'

/** How events and the end of the answer become a body. */
export interface HitsFormat {
  readonly contentType: string
  readonly head: string
  readonly between: string
  readonly after: string
  readonly end: (json: string) => string
  /** What stands in place of the end when the answer broke off. */
  readonly broken: (problemJson: string) => string
}

/** An event a line, then a control line; events begin with `{"@time"`, so none looks like it. */
export const ndjsonFormat: HitsFormat = {
  contentType: 'application/x-ndjson',
  head: '',
  between: '',
  after: '\n',
  end: json => `{"_end":${json}}\n`,
  broken: json => `{"_error":${json}}\n`,
}

export const jsonFormat: HitsFormat = {
  contentType: 'application/json',
  head: '{"events":[',
  between: ',\n',
  after: '',
  end: json => `],"end":${json}}`,
  broken: json => `],"error":${json}}`,
}

/** What the caller of `hitsResponse` knows about the answer. */
export interface HitsAnswer {
  readonly hits: Hits
  readonly format: HitsFormat
  /** Asked for when the first bytes are at hand: what is known by then. */
  readonly headers: () => Readonly<Record<string, string>>
  /** JSON of the end, asked for after the last event. */
  readonly end: () => string
  /** JSON of the problem that broke the answer off. */
  readonly broken: (error: unknown) => string
  /** The client went away. */
  readonly stop: () => void
  /** Called before the first byte of an answer without events; may throw instead. */
  readonly whenEmpty: () => Promise<void>
}

/**
 * Events as they come. It resolves when the first one is there or none is, so that errors up to
 * then are thrown and become a status; later ones are told in the body, in place of its end.
 */
export async function hitsResponse(answer: HitsAnswer): Promise<Response> {
  const source = answer.hits[Symbol.asyncIterator]()
  const first = await source.next()
  if (first.done) await answer.whenEmpty()
  const chunks = bodyChunks(answer, source, first)
  let begun: IteratorResult<Uint8Array> | undefined = await chunks.next()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = begun ?? (await chunks.next())
        begun = undefined
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        answer.stop()
        // Not awaited: a source that is waiting for the store ends by the signal.
        source.return?.().catch(() => {})
      },
    },
    // Nothing is read ahead of the client: a slow one slows the reading.
    { highWaterMark: 0 },
  )
  const headers = { 'Content-Type': answer.format.contentType, ...answer.headers() }
  return new Response(body, { headers })
}

/** Bytes gathered into one write while events are at hand. */
const chunkSizeBytes = 64 * 1024

async function* bodyChunks(
  { format, end, broken }: HitsAnswer,
  source: AsyncIterator<Hit>,
  first: IteratorResult<Hit>,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [Buffer.from(format.head)]
  let sizeBytes = 0
  let between = Buffer.alloc(0)
  const after = Buffer.from(format.after)
  let coming = Promise.resolve(first)
  try {
    for (;;) {
      const next = sizeBytes > 0 ? await ifAtHand(coming) : await coming
      if (next?.done) break
      if (next) {
        parts.push(between, next.value.line, after)
        sizeBytes += next.value.line.length
        between = Buffer.from(format.between)
        coming = source.next()
        // Its error is met when its turn comes, which may be after this chunk was written.
        coming.catch(() => {})
      }
      if (!next || sizeBytes >= chunkSizeBytes) {
        yield Buffer.concat(parts)
        parts = []
        sizeBytes = 0
      }
    }
    parts.push(Buffer.from(format.end(end())))
  } catch (error) {
    parts.push(Buffer.from(format.broken(broken(error))))
  }
  yield Buffer.concat(parts)
}

/** The event if it is there without waiting for the store, so that found ones are not held back. */
function ifAtHand<T>(coming: Promise<T>): Promise<T | undefined> {
  return Promise.race([coming, afterSomeTurns()])
}

async function afterSomeTurns(): Promise<undefined> {
  for (let turn = 0; turn < 10; turn++) await undefined
}
