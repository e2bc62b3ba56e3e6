import { gzipSync, zstdCompressSync } from 'node:zlib'
import { defaultSettings } from '../../../lib/core/settings.ts'
import { readAll } from '../../import/read-all.ts'
import { tarOf } from '../../import/unpack/tar-of.ts'
import type { Dice } from '../../oracle/dice.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleEvents } from '../samples.ts'
import { attemptedLater, insist, type Target } from '../target.ts'

const settings = { ...defaultSettings, eventBytesMax: 4000, importBatchBytes: 20_000 }
const eventsMax = 10_000

/** Packed files in packed files, damaged at any layer. */
export const target: Target = {
  prepare: () => {
    const text = Buffer.from(sampleEvents(5).join('\n'))
    const halves = [text.subarray(0, 300), text.subarray(300)]
    const tar = tarOf({
      'a.ndjson': text,
      'b/c.log.gz': gzipSync(text),
      'd.tar': tarOf({ e: text }),
    })
    const files = [
      gzipSync(text),
      zstdCompressSync(text),
      Buffer.concat(halves.map(half => gzipSync(half))),
      Buffer.concat(halves.map(half => zstdCompressSync(half))),
      tar,
      gzipSync(tar),
      zstdCompressSync(tar),
    ]
    return dice => {
      const file = damaged(dice.pick(files), tar, dice, files)
      return attemptedLater(['invalid'], async () => {
        const { events } = await readAll('f', [file], {}, settings)
        for (const event of events) JSON.parse(event)
        insist(events.length < eventsMax, () => `${events.length} events`)
      })
    }
  },
}

/** Damaged as it lies, or below its packing. */
function damaged(file: Buffer, tar: Buffer, dice: Dice, others: readonly Buffer[]): Buffer {
  if (dice.chance(0.7)) return mutateBytes(file, dice, others)
  const inner = mutateBytes(tar, dice)
  return dice.pick([gzipSync, zstdCompressSync, (bytes: Buffer) => bytes])(inner)
}
