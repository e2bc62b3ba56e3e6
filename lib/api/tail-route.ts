import type { News } from '../read/question.ts'
import { shownDamage } from './answer-end.ts'
import { noteDefect, problemOf } from './problem.ts'
import { selectionOf, selectionParameters } from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'

const { q, stream } = selectionParameters
const tailParameters = { q, stream }

export const tailRoute: Route = route({
  method: 'GET',
  path: '/v1/tail',
  operation: 'tail',
  summary: 'Events as they are appended from now on, as server-sent events',
  queryParameters: tailParameters,
  answer: {
    'text/event-stream': {
      description:
        'An event a message. `event: missed` tells of batches that were folded too soon to be ' +
        'shown, `event: damage` of events that cannot be read, `event: problem` why the answer ends, `event: end` that its time is over',
      type: 'string',
    },
  },
  handle: answerTail,
})

/** Resolves after the first look, so that a question that cannot be meant gets its status. */
async function answerTail(call: Call<typeof tailParameters>): Promise<Response> {
  const stopping = new AbortController()
  const signal = AbortSignal.any([call.request.signal, stopping.signal])
  const question = { ...selectionOf(call), signal }
  const source = call.archive.follow(question)[Symbol.asyncIterator]()
  await source.next()
  const messages = messagesOf(call, source, signal)
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await messages.next()
        if (done) controller.close()
        else controller.enqueue(Buffer.from(value))
      },
      cancel: () => stopping.abort(),
    },
    { highWaterMark: 0 },
  )
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }
  return new Response(body, { headers })
}

async function* messagesOf(
  { request, settings, clock }: Call,
  source: AsyncIterator<News>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // Proxies and clients learn that the answer has begun.
  yield ': following\n\n'
  const endMicros = clock.nowMicros() + settings.followMillisMax * 1000
  try {
    while (clock.nowMicros() < endMicros) {
      const { value: news, done } = await source.next()
      if (done) return
      yield messageOf(news)
    }
    yield message('end', {})
  } catch (error) {
    noteDefect(error, signal)
    yield message('problem', problemOf(error, new URL(request.url).pathname))
  } finally {
    await source.return?.()
  }
}

/** A comment when there is nothing: it keeps the connection up and finds out who left. */
function messageOf({ hits, missedBatches, complete, damage }: News): string {
  const missed = { batches: missedBatches, events: !complete }
  const tells = missedBatches > 0 || !complete || damage.length > 0
  return [
    ...hits.map(hit => `data: ${hit.line}\n\n`),
    ...(missedBatches > 0 || !complete ? [message('missed', missed)] : []),
    ...damage.map(each => message('damage', shownDamage(each))),
    ...(hits.length === 0 && !tells ? [': nothing new\n\n'] : []),
  ].join('')
}

function message(kind: string, data: object): string {
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`
}
