import type { TermSection } from '../../../lib/index/term-index-builder.ts'
import { checksumOf, pageHeadBytes } from '../../../lib/index/term-page.ts'
import { readAll, testOwner } from '../../index/support/make-index.ts'
import type { Dice } from '../../oracle/dice.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleIndexes } from '../sample-indexes.ts'
import { attempted, insist, type Target } from '../target.ts'

/** Pages and lists whose checksums are right and whose bits no writer made. */
export const target: Target = {
  prepare: () => {
    const indexes = sampleIndexes()
    return dice => {
      const { shape, bytes } = dice.pick(indexes)
      const lying = { shape: reshaped(shape, dice), bytes: withPage(bytes, shape.pageBytes, dice) }
      return attempted(['corrupt'], () => {
        for (const [, ...frames] of readAll(lying)) {
          insist(
            frames.every(frame => frame < lying.shape.frameCount),
            () => 'a page names a frame that is not there',
          )
        }
      })
    }
  },
}

/** The first page is another, its checksum agrees. */
function withPage(bytes: Buffer, pageBytes: number, dice: Dice): Buffer {
  const page = bytes.subarray(0, pageBytes)
  const content = mutateBytes(page.subarray(4), dice)
  const changed = Buffer.concat([page.subarray(0, 4), content, Buffer.alloc(pageBytes)])
  const whole = changed.subarray(0, Math.max(pageHeadBytes, pageBytes))
  whole.writeUInt32LE(checksumOf(testOwner, 0, whole.subarray(4)), 0)
  return Buffer.concat([whole, bytes.subarray(pageBytes)])
}

/** What the catalog says of the index is another, as far as a catalog may say it. */
function reshaped(shape: TermSection['shape'], dice: Dice): TermSection['shape'] {
  if (dice.chance(0.7)) return shape
  return {
    ...shape,
    detail: dice.pick(['whole', 'counts', 'frames']),
    frameCount: dice.pick([shape.frameCount, 1, 2 ** 20, 2 ** 28]),
    rareCount: dice.pick([shape.rareCount, 0, 1, 2 ** 40]),
    recurringCount: dice.pick([shape.recurringCount, 0, 2 ** 40]),
    rareBits: dice.pick([shape.rareBits, 1, 20, 52]),
    recurringBits: dice.pick([shape.recurringBits, 1, 20, 52]),
  }
}
