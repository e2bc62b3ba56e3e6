import type { Transform } from 'node:stream'

/**
 * Sends chunks through one of Node's decoders, at most `sliceBytes` at once, and yields what each slice
 * gives before the next is sent: that bounds what a decompression bomb can bring into memory. When the
 * decoder fails, what it gave before is yielded first and then its error is thrown.
 */
export async function* decodeWith(
  decoder: Transform,
  chunks: AsyncIterable<Buffer>,
  sliceBytes: number,
): AsyncGenerator<Buffer> {
  const decoded: Buffer[] = []
  let failed: Error | undefined
  decoder.on('data', (bytes: Buffer) => decoded.push(bytes))
  decoder.on('error', error => {
    failed ??= error
  })
  const closed = new Promise<void>(resolve => decoder.once('close', () => resolve()))
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes)
        await new Promise<void>(resolve => decoder.write(slice, () => resolve()))
        yield* decoded.splice(0)
        if (failed) throw failed
      }
    }
    decoder.end()
    await closed
    yield* decoded.splice(0)
    if (failed) throw failed
  } finally {
    decoder.destroy()
  }
}
