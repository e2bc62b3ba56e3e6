import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../lib/core/clock.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import type { Store } from '../../lib/store/store.ts'

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void

/** An S3 store whose server answers each request as the test has written it down, in that order. */
export async function scriptedS3(
  answers: readonly Answer[],
  work: (store: Store, seen: SeenRequest[], endpoint: string) => Promise<void>,
): Promise<void> {
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'test'
  const seen: SeenRequest[] = []
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>))
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body }
    seen.push(request)
    const answer = answers[seen.length - 1]
    if (answer) answer(response, request)
    else response.writeHead(418).end()
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    const { port } = server.address() as AddressInfo
    const endpoint = `http://127.0.0.1:${port}`
    const store = await openStore(`s3://bucket/p?endpoint=${endpoint}`, hastyOutside)
    await work(store, seen, endpoint)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Pauses come a hundred times sooner, deadlines ten times: a busy machine takes its time. */
const hastyClock: Clock = {
  nowMicros: systemClock.nowMicros,
  sleep: (millis, signal) => systemClock.sleep(millis / (millis < 10_000 ? 100 : 10), signal),
}

export const hastyOutside = { clock: hastyClock, random: seededRandom(1) }

export const reset: Answer = response => response.socket?.destroy()
export const silence: Answer = () => undefined

export function answer(
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
  body = '',
): Answer {
  return response => response.writeHead(status, headers).end(body)
}

/** An error as S3 writes it. */
export function failure(status: number, code: string): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`
  return answer(status, { 'content-type': 'application/xml' }, body)
}

export function withoutDate(given: Answer): Answer {
  return (response, request) => {
    response.sendDate = false
    given(response, request)
  }
}
