import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { bodyBytesMax, type ClientRequest, proxyEvent } from '../lambdas/proxy-event.ts'
import { authorize } from './authorize.ts'
import type { GatewayAnswers } from './gateway-answers.ts'
import type { LambdaFunction } from './lambda-function.ts'
import type { Outcome } from './runtime-api.ts'

/** The function behind a method of a path, and what is between it and a caller. */
export interface GuardedDoor {
  readonly function: LambdaFunction
  /** Says who may call it. Undefined: everybody. */
  readonly authorizer: LambdaFunction | undefined
  /** Parameters of the query string that must be there. */
  readonly demanded: readonly string[]
}

export type DoorOf = (method: string, path: string) => GuardedDoor | undefined

export interface RestApi {
  /** With the stage, without a slash at the end. */
  readonly url: string
  close(): void
}

/** What Lambda takes of API Gateway. */
const eventBytesMax = 6 * 2 ** 20
const preludeType = 'application/vnd.awslambda.http-integration-response'
const separator = Buffer.alloc(8)
const stage = '/live'

/** A REST API of API Gateway on this machine, with Lambda proxies that answer whole or stream. */
export async function startRestApi(doorOf: DoorOf, answers: GatewayAnswers): Promise<RestApi> {
  const server = createServer((request, response) => {
    // A client that hung up while it sent has no answer to wait for.
    pass(doorOf, answers, request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${stage}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function pass(
  doorOf: DoorOf,
  answers: GatewayAnswers,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { pathname } = new URL(request.url!, 'http://gateway')
  const refuse = (type: string, context: Readonly<Record<string, string>>) => {
    const { status, headers, body } = answers(type, context)
    response.writeHead(status, headers).end(body)
  }
  const says = (text: string) => ({ 'error.messageString': JSON.stringify(text) })
  const isOfStage = pathname === stage || pathname.startsWith(`${stage}/`)
  const path = pathname.slice(stage.length) || '/'
  const door = isOfStage ? doorOf(request.method!, path) : undefined
  const body = Buffer.concat(await request.toArray())
  if (!door) return refuse('MISSING_AUTHENTICATION_TOKEN', says('Missing Authentication Token'))
  const event = eventOf(clientRequest(request, path, body))
  if (typeof event === 'string') return refuse(event, says('Unsupported Media Type'))
  event.requestContext.path = pathname
  if (door.authorizer) {
    const verdict = await authorize(door.authorizer, event)
    if (verdict.refused !== undefined) return refuse(verdict.refused, verdict.context)
    event.requestContext.authorizer = verdict.context
  }
  const missing = door.demanded.filter(name => !event.queryStringParameters?.[name])
  if (missing.length > 0) {
    const text = `Missing required request parameters: [${missing.join(', ')}]`
    return refuse('BAD_REQUEST_PARAMETERS', says(text))
  }
  const isTooLong = body.length > bodyBytesMax || JSON.stringify(event).length > eventBytesMax
  if (isTooLong) return refuse('REQUEST_TOO_LARGE', says('Request Too Long'))
  const outcome = await door.function.call(event)
  if (outcome.kind === 'failed') return fail(response, `${outcome.type}: ${outcome.message}`)
  await answer(outcome, response)
}

/** The call, or the type of the refusal of a body that cannot be unpacked. */
function eventOf(request: ClientRequest): APIGatewayProxyEvent | string {
  try {
    return proxyEvent(request)
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLong ? 'REQUEST_TOO_LARGE' : 'UNSUPPORTED_MEDIA_TYPE'
  }
}

function clientRequest(
  { method, url, rawHeaders }: IncomingMessage,
  path: string,
  body: Buffer,
): ClientRequest {
  const { searchParams } = new URL(url!, 'http://gateway')
  const headers: Record<string, string> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!] = rawHeaders[i + 1]!
  const query = [...searchParams]
  return {
    method: method as ClientRequest['method'],
    ...{ path, query, headers },
    ...(body.length > 0 && { body }),
  }
}

async function answer(
  outcome: Exclude<Outcome, { kind: 'failed' }>,
  response: ServerResponse,
): Promise<void> {
  if (outcome.kind === 'stream') return stream(outcome, response)
  const result: APIGatewayProxyResult = JSON.parse(outcome.json)
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    response.setHeader(name, String(value))
  }
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) {
    response.setHeader(name, values.map(String))
  }
  response.writeHead(result.statusCode)
  response.end(Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8'))
}

/**
 * Status and headers as JSON, eight zero bytes, then the body, which is passed on as it comes. A
 * client that hangs up ends nothing behind the gateway: what the function still says is taken.
 */
async function stream(
  { contentType, body }: Extract<Outcome, { kind: 'stream' }>,
  response: ServerResponse,
): Promise<void> {
  let head = Buffer.alloc(0)
  for await (const piece of body) {
    if (response.headersSent) {
      await send(response, piece)
      continue
    }
    head = Buffer.concat([head, piece])
    const end = contentType === preludeType ? head.indexOf(separator) : -1
    if (end < 0) continue
    const { statusCode, headers } = JSON.parse(head.toString('utf8', 0, end))
    response.writeHead(statusCode, headers)
    await send(response, head.subarray(end + separator.length))
  }
  if (body.trailers['lambda-runtime-function-error-type']) throw new Error('the answer broke off')
  if (!response.headersSent) fail(response, `a stream of ${contentType}: ${head}`)
  response.end()
}

/** Settles when there is room for more, or nobody left to send it to. */
async function send(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (response.destroyed || response.write(bytes)) return
  const settled = new AbortController()
  const { signal } = settled
  await Promise.race(['drain', 'close'].map(event => once(response, event, { signal })))
  settled.abort()
}

/** AWS keeps the reason for the log. */
function fail(response: ServerResponse, reason: string): void {
  response.writeHead(502, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ message: `Internal server error: ${reason}` }))
}
