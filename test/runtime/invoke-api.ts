import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LambdaFunction } from './lambda-function.ts'

/** Lambda's Invoke API for one function: where it is, and what was asked of it. */
export interface InvokeApi {
  readonly url: string
  readonly statuses: number[]
  close(): void
}

/** Longest payload of a call and of its answer, as Lambda has it. */
const payloadBytesMax = 6 * 1024 * 1024

/**
 * Answers as Lambda does: 200 with what the function returns, or with what it failed by and the
 * header that says so; 413 for a payload that is too long, 429 beyond the calls at once.
 */
export async function startInvokeApi(
  called: () => LambdaFunction,
  callsMax: number,
): Promise<InvokeApi> {
  let running = 0
  const statuses: number[] = []
  const end = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
    statuses.push(status)
    response.writeHead(status, headers)
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const invoke = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray())
    const { authorization = '' } = request.headers
    if (!/^AWS4-HMAC-SHA256 .*\/lambda\/aws4_request/.test(authorization)) {
      return end(response, 403, { message: 'Missing Authentication Token' })
    }
    if (body.length > payloadBytesMax) return end(response, 413, { Message: 'Request too large' })
    if (running >= callsMax) return end(response, 429, { Message: 'Rate Exceeded.' })
    running++
    try {
      const outcome = await called().call(JSON.parse(body.toString()))
      if (outcome.kind === 'answer' && Buffer.byteLength(outcome.json) <= payloadBytesMax) {
        return end(response, 200, outcome.json)
      }
      const errorMessage = outcome.kind === 'failed' ? outcome.message : 'Response too large'
      end(response, 200, { errorMessage }, { 'X-Amz-Function-Error': 'Unhandled' })
    } finally {
      running--
    }
  }
  const server = createServer((request, response) => {
    invoke(request, response).catch(error => response.destroy(error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/2015-03-31/functions/Scan/invocations`,
    statuses,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
