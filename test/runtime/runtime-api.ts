import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a function made of a call. */
export type Outcome =
  | { readonly kind: 'answer'; readonly json: string }
  | { readonly kind: 'stream'; readonly contentType: string; readonly body: IncomingMessage }
  | { readonly kind: 'failed'; readonly type: string; readonly message: string }

/** A call as the Runtime API hands it over. */
export interface Invocation {
  readonly id: string
  readonly event: unknown
  readonly functionName: string
  readonly deadlineMillis: number
}

const paths =
  /^\/2018-06-01\/runtime\/(?:invocation\/(?:(next)|([\w-]+)\/(response|error))|init\/error)$/

/**
 * The server that a runtime client talks to, for one process: it asks for a call, which may wait
 * for hours, and tells what became of it, whole or chunk by chunk.
 */
export class RuntimeApi {
  static async listen(): Promise<RuntimeApi> {
    const api = new RuntimeApi()
    await new Promise<void>(resolve => api.#server.listen(0, '127.0.0.1', resolve))
    return api
  }

  /** Called when the client has nothing to do: from then on AWS freezes its process. */
  onIdle = () => {}
  readonly #server: Server
  #asked = deferred<ServerResponse>()
  #told = deferred<Outcome>()
  #id = ''

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch(error => response.destroy(error))
    })
    // A connection is as old as its process, which may be frozen for long.
    this.#server.keepAliveTimeout = 0
    this.#server.requestTimeout = 0
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo
    return `${address}:${port}`
  }

  /** Settles when the client asks for its next call. */
  async idle(): Promise<void> {
    await this.#asked.promise
  }

  /** Hands the call over and gives what the client tells of it. */
  async call({ id, event, functionName, deadlineMillis }: Invocation): Promise<Outcome> {
    const asked = await this.#asked.promise
    this.#asked = deferred()
    this.#told = deferred()
    this.#id = id
    asked.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(deadlineMillis),
      'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`,
      'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
    })
    asked.end(JSON.stringify(event))
    return this.#told.promise
  }

  /** The process has ended: what it was asked has failed, and so has whatever it is asked next. */
  ended(type: string, message: string): void {
    this.#told.resolve({ kind: 'failed', type, message })
    const error = new Error(`${type}: ${message}`)
    this.#asked.reject(error)
    this.#asked = deferred()
    this.#asked.reject(error)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [known, next, id, what] = paths.exec(request.url ?? '') ?? []
    if (!known || request.method !== (next ? 'GET' : 'POST')) return end(response, 404)
    if (next) {
      // Nothing, unless it was told before.
      this.#told.resolve({ kind: 'failed', type: 'Runtime.NoAnswer', message: 'nothing was told' })
      this.#asked.resolve(response)
      return this.onIdle()
    }
    if (id !== undefined && id !== this.#id) return end(response, 400)
    if (what === 'response' && isStreaming(request)) await this.#stream(request)
    else {
      const json = Buffer.concat(await request.toArray()).toString()
      if (what === 'response') this.#told.resolve({ kind: 'answer', json })
      else if (what === 'error') this.#told.resolve(failureIn(json))
      else this.#asked.reject(new Error(`the function did not start: ${json}`))
    }
    end(response, 202)
  }

  async #stream(request: IncomingMessage): Promise<void> {
    const ended = new Promise(resolve => request.once('close', resolve))
    const contentType = request.headers['content-type'] ?? ''
    this.#told.resolve({ kind: 'stream', contentType, body: request })
    await ended
  }
}

/** A rejection is for whoever waits for it next, if anybody ever does. */
function deferred<T>() {
  const made = Promise.withResolvers<T>()
  made.promise.catch(() => {})
  return made
}

function isStreaming({ headers }: IncomingMessage): boolean {
  return headers['lambda-runtime-function-response-mode'] === 'streaming'
}

function failureIn(json: string): Outcome {
  const { errorType: type, errorMessage: message } = JSON.parse(json)
  return { kind: 'failed', type, message }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end('{"status":"OK"}')
}
