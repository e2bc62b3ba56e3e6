import { Writable } from 'node:stream'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'

type StreamHandler = (
  call: APIGatewayProxyEvent,
  body: Writable,
  context: Context,
) => Promise<unknown>

interface Metadata {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
}

/** What API Gateway tells the client after a streamed answer. */
export interface StreamedAnswer extends Metadata {
  readonly body: string
  /** Pieces the body came in. */
  readonly pieces: number
}

const separator = Buffer.alloc(8)

/**
 * The global that Lambda's Node runtime gives to handlers which stream: `streamifyResponse` marks
 * the handler, `HttpResponseStream.from` writes status and headers as JSON, then eight zero bytes.
 */
export function installStreamingRuntime(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: StreamHandler) => handler,
      HttpResponseStream: {
        from(body: Writable, metadata: Metadata): Writable {
          body.write(JSON.stringify(metadata))
          body.write(separator)
          return body
        },
      },
    },
  })
}

/** Calls the handler as the runtime does and reads its answer as API Gateway does. */
export async function callStreaming(
  handler: unknown,
  call: APIGatewayProxyEvent,
  context: Context,
): Promise<StreamedAnswer> {
  const pieces: Buffer[] = []
  const body = new Writable({
    write(piece, _encoding, done) {
      pieces.push(Buffer.from(piece))
      done()
    },
  })
  const ended = new Promise(resolve => body.once('close', resolve))
  await (handler as StreamHandler)(call, body, context)
  await ended
  const all = Buffer.concat(pieces)
  const at = all.indexOf(separator)
  const metadata: Metadata = JSON.parse(all.toString('utf8', 0, at))
  return { ...metadata, body: all.toString('utf8', at + 8), pieces: pieces.length - 2 }
}
