import type { Writable } from 'node:stream'

const chunkBytes = 64 * 1024

/**
 * Standard output with the reader's pace: writes of one turn leave together, and a reader that
 * stops reading stops the writer. When the reader closes the pipe, `onClosed` is called once.
 */
export class Output {
  readonly #stream: Writable
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** When the last write was taken; failed ones too, the listener for errors tells them. */
  #taken: Promise<void> = Promise.resolve()
  #closed = false

  constructor(stream: Writable, onClosed: () => void) {
    this.#stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
      if (!this.#closed) onClosed()
      this.#closed = true
    })
  }

  /** True once the reader has gone; what is written from then on is dropped. */
  get closed(): boolean {
    return this.#closed
  }

  /** Await it: it takes as long as the reader does. */
  async write(...parts: readonly (Buffer | string)[]): Promise<void> {
    if (this.#pendingBytes === 0) process.nextTick(() => void this.#send())
    for (const part of parts) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part
      this.#pending.push(bytes)
      this.#pendingBytes += bytes.length
    }
    if (this.#pendingBytes >= chunkBytes) await this.flush()
  }

  /** Resolves when everything written has been taken or the reader has gone. */
  async flush(): Promise<void> {
    this.#send()
    await this.#taken
  }

  #send(): void {
    if (this.#pendingBytes === 0) return
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    if (this.#closed) return
    this.#taken = new Promise(resolve => this.#stream.write(bytes, () => resolve()))
  }
}
