import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of a request: `refused` before it has an effect, its answer `lost` after it. */
export type Trouble = 'refused' | 'lost' | undefined

/** A server of S3 whose troubles are chosen, request by request. */
export interface TroubledS3 {
  readonly endpoint: string
  /** Asked for each request; `path` begins with the S3 bucket. */
  choose: (method: string, path: string) => Trouble
  close(): void
}

const slowDown = '<Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>'

/** Stands before a server of S3 and passes on what it does not spoil. */
export async function startTroubledS3(behind: string): Promise<TroubledS3> {
  const server = createServer(async (taken, response) => {
    const body = Buffer.concat(await taken.toArray())
    const trouble = troubled.choose(taken.method!, decodeURIComponent(taken.url!.slice(1)))
    if (trouble === 'refused') return void response.writeHead(503).end(slowDown)
    const lose = trouble === 'lost' ? () => response.destroy() : undefined
    passOn(behind, taken, body, response, lose)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const troubled: TroubledS3 = {
    endpoint: `http://127.0.0.1:${port}`,
    choose: () => undefined,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return troubled
}

function passOn(
  behind: string,
  taken: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  lose: (() => void) | undefined,
): void {
  const { method, url, headers } = taken
  const passed = request(`${behind}${url}`, { method: method!, headers }, async answer => {
    const bytes = Buffer.concat(await answer.toArray())
    if (lose) return lose()
    response.writeHead(answer.statusCode!, answer.headers).end(bytes)
  })
  passed.on('error', () => response.destroy()).end(body)
}
