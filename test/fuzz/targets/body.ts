import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { readBody } from '../../../lib/api/body.ts'
import { settingsWith } from '../../../lib/core/settings.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleEvents } from '../samples.ts'
import { attemptedLater, insist, type Target } from '../target.ts'

/** Packed bodies of one or several frames, damaged: never more than the limit comes out. */
export const target: Target = {
  prepare: () => {
    const settings = settingsWith({ bodyDecodedBytesMax: 100_000, bodyFramesMax: 20 })
    const text = Buffer.from(sampleEvents(5).join('\n'))
    const half = text.length >> 1
    const parts = [text.subarray(0, half), text.subarray(half)]
    const packed = {
      gzip: [gzipSync(text), Buffer.concat(parts.map(part => gzipSync(part)))],
      deflate: [deflateSync(text)],
      zstd: [
        zstdCompressSync(text),
        Buffer.concat(parts.map(part => zstdCompressSync(part))),
        Buffer.concat(parts.map(() => zstdCompressSync(Buffer.alloc(90_000)))),
        Buffer.concat(Array.from({ length: 19 }, () => zstdCompressSync(Buffer.alloc(0)))),
      ],
    }
    return dice => {
      const coding = dice.pick(['gzip', 'deflate', 'zstd'] as const)
      const body = mutateBytes(dice.pick(packed[coding]), dice, packed[coding])
      const headers = { 'Content-Encoding': dice.chance(0.95) ? coding : `${coding}, gzip` }
      const request = new Request('http://archive/', {
        method: 'POST',
        body: body as Buffer<ArrayBuffer>,
        headers,
      })
      return attemptedLater(['invalid', 'too-large'], async () => {
        const found = await readBody(request, settings)
        insist(found.length <= settings.bodyDecodedBytesMax, () => `${found.length} bytes`)
      })
    }
  },
}
