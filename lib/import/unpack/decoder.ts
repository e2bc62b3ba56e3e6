import type { Transform } from 'node:stream'

/**
 * One of Node's decoders, used a slice at a time: what a slice gives is taken before the next is
 * sent, which bounds what a decompression bomb can bring into memory.
 */
export class Decoder {
  /** Set once the decoder failed; what it gave before was returned. */
  failed: Error | undefined
  readonly #transform: Transform
  readonly #closed: Promise<void>
  #decoded: Buffer[] = []

  constructor(transform: Transform) {
    this.#transform = transform
    this.#closed = new Promise(resolve => transform.once('close', () => resolve()))
    transform.on('data', (bytes: Buffer) => this.#decoded.push(bytes))
    transform.on('error', error => {
      this.failed ??= error
    })
  }

  async write(slice: Buffer): Promise<Buffer[]> {
    const written = new Promise<void>(resolve => this.#transform.write(slice, () => resolve()))
    // A decoder that fails closes and never answers the write.
    await Promise.race([written, this.#closed])
    return this.#take()
  }

  /** What is left when everything was written. */
  async end(): Promise<Buffer[]> {
    this.#transform.end()
    await this.#closed
    return this.#take()
  }

  close(): void {
    this.#transform.destroy()
  }

  #take(): Buffer[] {
    return this.#decoded.splice(0)
  }
}
