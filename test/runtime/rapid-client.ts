import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'

/**
 * What the native part of the runtime client does: it asks the Runtime API for the next call and
 * tells it what became of one. All else, answers that stream included, the client does itself.
 */

interface Invocation {
  readonly bodyJson: string
  readonly headers: IncomingHttpHeaders
}

const home = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
let told: Promise<unknown> = Promise.resolve()

export async function next(): Promise<Invocation> {
  await told
  return send('GET', 'next')
}

export function done(id: string, body: string): void {
  told = send('POST', `${id}/response`, body)
}

export function error(id: string, body: string, cause: string): void {
  told = send('POST', `${id}/error`, body, { 'Lambda-Runtime-Function-XRay-Error-Cause': cause })
}

function send(
  method: 'GET' | 'POST',
  path: string,
  body = '',
  headers: OutgoingHttpHeaders = {},
): Promise<Invocation> {
  return new Promise((resolve, reject) => {
    const sent = request(`${home}/${path}`, { method, headers, agent }, async answer => {
      const pieces: Buffer[] = await answer.toArray()
      resolve({ bodyJson: Buffer.concat(pieces).toString(), headers: answer.headers })
    })
    sent.on('error', reject).end(body)
  })
}
