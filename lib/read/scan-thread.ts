/** What each thread of a `ThreadFleet` runs: orders come in, what they show goes out. */
import { parentPort } from 'node:worker_threads'
import { ArchiveError } from '../core/errors.ts'
import type { FrameOrder } from './fleet.ts'
import { scanFrameOrder } from './scan-frame-order.ts'

export interface ThreadOrder {
  readonly number: number
  readonly compressed: Uint8Array
  readonly order: FrameOrder
}

/** `shown` or, when the frame cannot be decoded, `corrupt`. */
export interface ThreadReply {
  readonly number: number
  readonly corrupt?: string
  readonly shown?: {
    readonly lines: Uint8Array
    readonly matches: Uint8Array | undefined
    readonly fault: string | undefined
  }
}

parentPort?.on('message', (message: ThreadOrder) => {
  const reply = replyTo(message)
  const moved = reply.shown ? [reply.shown.lines.buffer as ArrayBuffer] : []
  parentPort!.postMessage(reply, moved)
})

function replyTo({ number, compressed, order }: ThreadOrder): ThreadReply {
  const { buffer, byteOffset, byteLength } = compressed
  try {
    return { number, shown: scanFrameOrder(Buffer.from(buffer, byteOffset, byteLength), order) }
  } catch (error) {
    // Anything else ends the thread and with it the question.
    if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
    return { number, corrupt: error.message }
  }
}
