import { ArchiveClientError, errorOfResponse } from '../../../lib/client/client-error.ts'
import { EventStream } from '../../../lib/client/event-stream.ts'
import { followEvents } from '../../../lib/client/follow.ts'
import type { Dice } from '../../oracle/dice.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleEvents } from '../samples.ts'
import { insist, type Outcome, type Target } from '../target.ts'

const end = '{"_end":{"complete":true,"cursor":null,"damage":[],"warnings":[]}}'
const problem = '{"detail":"x","code":"corrupt","errors":[]}'

/** Answers as a server, or what stands between, may spoil them: events or `ArchiveClientError`. */
export const target: Target = {
  prepare: () => {
    const events = sampleEvents(4)
    const answer = Buffer.from([...events, end, ''].join('\n'))
    const failing = Buffer.from([...events, `{"_error":${problem}}`, ''].join('\n'))
    const messages = events.map(event => `data: ${event}\n\n`).join('')
    const follow = Buffer.from(`: following\n\n${messages}event: end\ndata: {}\n\n`)
    const broken = Buffer.from(`${messages}event: problem\ndata: ${problem}\n\n`)
    const all = [answer, failing, follow, broken]
    return async dice => {
      const response = responseOf(mutateBytes(dice.pick(all), dice, all), dice)
      return dice.pick<() => Promise<Outcome>>([
        () => drained(new EventStream(async () => response)),
        () => drained(followEvents(response)),
        async () => {
          const error = await errorOfResponse(response)
          insist(typeof error.message === 'string', () => `${error.message}`)
          insist(Array.isArray(error.errors), () => `errors are ${error.errors}`)
          return 'refused'
        },
      ])()
    }
  },
}

async function drained(events: AsyncIterable<unknown>): Promise<Outcome> {
  try {
    for await (const event of events) void event
    return 'taken'
  } catch (error) {
    if (error instanceof ArchiveClientError) return 'refused'
    throw error
  }
}

/** In two pieces, cut anywhere. */
function responseOf(bytes: Buffer, dice: Dice): Response {
  const at = dice.below(bytes.length + 1)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.subarray(0, at))
      controller.enqueue(bytes.subarray(at))
      controller.close()
    },
  })
  return new Response(body, { status: dice.pick([200, 400, 503]) })
}
