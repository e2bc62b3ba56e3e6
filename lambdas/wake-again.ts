import type { Clock } from '../lib/core/clock.ts'
import { processSignature } from './process-signature.ts'

/**
 * Sends a message to the queue at this address that wakes the brigade, whatever it says. Where that
 * fails the next fresh batch or the schedule does: it is only logged.
 */
export async function wakeAgain(queue: string, clock: Clock): Promise<void> {
  const url = new URL(queue)
  const call = { Action: 'SendMessage', MessageBody: 'work is left', Version: '2012-11-05' }
  const body = new URLSearchParams(call).toString()
  const signature = processSignature({ method: 'POST', url, body }, 'sqs', clock)
  const headers = { ...signature, 'Content-Type': 'application/x-www-form-urlencoded' }
  try {
    const answer = await fetch(url, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  } catch (fault) {
    console.warn(`the brigade was not woken again: ${fault}`)
  }
}
