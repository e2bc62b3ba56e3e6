import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { ArchiveOptions } from '../lib/archive.ts'
import type { Clock } from '../lib/core/clock.ts'
import type { Random } from '../lib/core/random.ts'
import { settingsWith } from '../lib/core/settings.ts'
import { CallFault, type CallScan, FarFleet } from '../lib/read/far-fleet.ts'
import { callMillisLeft } from './call-end.ts'
import { processSignature } from './process-signature.ts'

/**
 * The calls of the scan function that this function may make, as `VARVE_SCAN_URL` and its siblings
 * say; without them none.
 */
export function scanCalls(outside: {
  readonly clock: Clock
  readonly random: Random
}): Pick<ArchiveOptions, 'farFleet' | 'settings'> {
  const { VARVE_SCAN_URL: url, VARVE_SCAN_MEBIBYTES, VARVE_SCAN_CALLS } = process.env
  if (!url) return {}
  const changes = VARVE_SCAN_CALLS ? { scanCallsMax: Number(VARVE_SCAN_CALLS) } : {}
  const farFleet = new FarFleet({
    ...outside,
    call: callScan(new URL(url), outside.clock),
    settings: settingsWith(changes),
    gigabytes: Number(VARVE_SCAN_MEBIBYTES) / 1024,
    millisLeft: callMillisLeft,
  })
  return { farFleet, settings: changes }
}

/** Calls a function by Lambda's Invoke API and waits for what it returns. */
export function callScan(url: URL, clock: Clock): CallScan {
  return async (order, signal) => {
    signal.throwIfAborted()
    const { status, headers, text } = await send(url, order, clock, signal)
    if (status === 200 && !headers['x-amz-function-error']) return text
    throw new CallFault(kindOf(status), `${status} ${reasonIn(text)}`)
  }
}

function kindOf(status: number): CallFault['kind'] {
  if (status === 429) return 'refused'
  return status === 403 || status === 404 ? 'closed' : 'failed'
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/**
 * A connection for each call: one that is kept would be dead when the process wakes up, and a
 * POST must not be sent twice without leave.
 */
function send(url: URL, body: string, clock: Clock, signal: AbortSignal): Promise<Answer> {
  const request = url.protocol === 'http:' ? httpRequest : httpsRequest
  const headers = {
    'Content-Type': 'application/json',
    ...processSignature({ method: 'POST', url, body }, 'lambda', clock),
  }
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const fault = new CallFault('failed', `it cannot be reached: ${cause.message}`)
      reject(signal.aborted ? signal.reason : fault)
    }
    const sent = request(url, { method: 'POST', headers, signal, agent: false }, answer => {
      const { statusCode: status = 0, headers } = answer
      const read = async () => Buffer.concat(await answer.toArray()).toString()
      read().then(text => resolve({ status, headers, text }), fail)
    })
    sent.on('error', fail).end(body)
  })
}

/** What Lambda, or the function, says went wrong. */
function reasonIn(text: string): string {
  try {
    const { Message, message = Message, errorMessage = message } = JSON.parse(text)
    return String(errorMessage ?? 'without a reason')
  } catch {
    return 'without a reason'
  }
}
