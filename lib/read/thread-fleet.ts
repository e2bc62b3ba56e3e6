import { Worker } from 'node:worker_threads'
import { ArchiveError } from '../core/errors.ts'
import type { Fleet, FrameOrder, ShownLines } from './fleet.ts'
import type { ThreadOrder, ThreadReply } from './scan-thread.ts'

/** Orders a thread has at a time: with the next one at hand it never waits for this thread. */
const ordersAhead = 2

/** The thread's file, beside this one in a checkout and beside the bundle this one is part of. */
const threadFile = import.meta.url.endsWith('.ts') ? './scan-thread.ts' : './scan-thread.mjs'

interface Work {
  readonly compressed: Buffer
  readonly order: FrameOrder
  readonly resolve: (shown: ShownLines) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Worker threads of this process. They start when there is work for them, are kept for the next
 * question, and do not keep the process alive while they have nothing to do.
 */
export class ThreadFleet implements Fleet {
  readonly #threadsMax: number
  readonly #threads = new Set<Thread>()
  readonly #waiting = new Set<Work>()
  #isClosed = false

  constructor(threadsMax: number) {
    this.#threadsMax = threadsMax
  }

  scan(compressed: Buffer, order: FrameOrder, signal: AbortSignal): Promise<ShownLines> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      if (this.#isClosed) throw closedError()
      const abort = (): void => {
        this.#waiting.delete(work)
        reject(signal.reason)
      }
      const settling =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', abort)
          settle(value)
        }
      const work = { compressed, order, resolve: settling(resolve), reject: settling(reject) }
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.add(work)
      this.#giveOut()
    })
  }

  #giveOut(): void {
    for (const work of this.#waiting) {
      const thread = this.#idlest()
      if (!thread) return
      this.#waiting.delete(work)
      thread.take(work)
    }
  }

  /** The thread with the least to do, a new one if all have something; none if all have enough. */
  #idlest(): Thread | undefined {
    let idlest: Thread | undefined
    for (const thread of this.#threads) {
      if (!idlest || thread.orderCount < idlest.orderCount) idlest = thread
    }
    if (this.#threads.size < this.#threadsMax && (idlest?.orderCount ?? 1) > 0) {
      idlest = new Thread({
        whenFree: () => this.#giveOut(),
        whenEnded: thread => this.#threads.delete(thread),
      })
      this.#threads.add(idlest)
    }
    return idlest && idlest.orderCount < ordersAhead ? idlest : undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const work of this.#waiting) work.reject(closedError())
    this.#waiting.clear()
    await Promise.all([...this.#threads].map(thread => thread.end()))
  }
}

function closedError(): Error {
  return new Error('the scan threads were ended')
}

interface ThreadEvents {
  readonly whenFree: () => void
  readonly whenEnded: (thread: Thread) => void
}

class Thread {
  readonly #worker = new Worker(new URL(threadFile, import.meta.url))
  readonly #underWay = new Map<number, Work>()
  #lastNumber = 0

  constructor({ whenFree, whenEnded }: ThreadEvents) {
    this.#worker.unref()
    this.#worker.on('message', (reply: ThreadReply) => {
      this.#finish(reply)
      whenFree()
    })
    let cause: unknown
    this.#worker.on('error', error => {
      cause = error
    })
    this.#worker.on('exit', () => {
      whenEnded(this)
      this.#giveUp(cause)
      whenFree()
    })
  }

  get orderCount(): number {
    return this.#underWay.size
  }

  take(work: Work): void {
    const number = ++this.#lastNumber
    this.#underWay.set(number, work)
    this.#worker.ref()
    // Moved, not cloned: the frame is mostly a part of a larger range that stays in the cache.
    const compressed = new Uint8Array(work.compressed)
    const message: ThreadOrder = { number, compressed, order: work.order }
    this.#worker.postMessage(message, [compressed.buffer])
  }

  #finish({ number, shown, corrupt }: ThreadReply): void {
    const work = this.#underWay.get(number)!
    this.#underWay.delete(number)
    if (this.#underWay.size === 0) this.#worker.unref()
    if (!shown) work.reject(new ArchiveError('corrupt', corrupt!))
    else {
      const { buffer, byteOffset, byteLength } = shown.lines
      work.resolve({ ...shown, lines: Buffer.from(buffer, byteOffset, byteLength) })
    }
  }

  #giveUp(cause: unknown): void {
    for (const work of this.#underWay.values()) {
      work.reject(new Error('a scan thread ended', { cause }))
    }
    this.#underWay.clear()
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
