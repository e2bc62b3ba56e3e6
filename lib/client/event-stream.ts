import type { AnswerEnd, ArchiveEvent } from './answers.ts'
import { ArchiveClientError, errorOfProblem, parsedAnswer } from './client-error.ts'

/**
 * The events of one answer as they arrive; it can be read once. Reading throws when the answer
 * breaks off: one without its control line is never taken for whole.
 */
export class EventStream implements AsyncIterable<ArchiveEvent> {
  readonly #ask: () => Promise<Response>
  #end: AnswerEnd | undefined

  constructor(ask: () => Promise<Response>) {
    this.#ask = ask
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ArchiveEvent> {
    for await (const line of this.lines()) yield parsedAnswer(line)
  }

  /** The events as JSON text: digits that JavaScript's numbers lose are in it. */
  async *lines(): AsyncGenerator<string> {
    const response = await this.#ask()
    for await (const line of linesOf(response.body!)) {
      if (line.startsWith('{"_end":')) {
        this.#end = parsedAnswer(line)._end
        return
      }
      if (line.startsWith('{"_error":')) throw errorOfProblem(parsedAnswer(line)._error)
      yield line
    }
    throw new ArchiveClientError('the answer broke off before its end', { code: 'unavailable' })
  }

  /** Cursor, receipt and damage of the answer, once it was read to its end. */
  end(): AnswerEnd {
    if (this.#end) return this.#end
    throw new Error('the answer was not read to its end')
  }
}

/** The lines of a body as they arrive; a last one without its end is left out. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let begun = ''
  try {
    for (;;) {
      const { value, done } = await readPart(reader)
      if (done) return
      const parts = decoder.decode(value, { stream: true }).split('\n')
      parts[0] = begun + parts[0]
      begun = parts.pop()!
      yield* parts
    }
  } finally {
    // Whoever stops early lets the server stop, too.
    await reader.cancel().catch(() => {})
  }
}

async function readPart(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read()
  } catch (cause) {
    throw new ArchiveClientError('the connection broke off', { code: 'unavailable', cause })
  }
}
