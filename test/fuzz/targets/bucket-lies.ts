import type { Directory } from '../../../lib/bucket/directory.ts'
import { encodeFooter } from '../../../lib/bucket/footer.ts'
import { openBucket } from '../../../lib/bucket/reader.ts'
import type { Dice } from '../../oracle/dice.ts'
import { linesOfBucket, makeBucket, testOwner, withDirectory } from '../../support/bucket-lines.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateJson } from '../mutate/mutate-json.ts'
import { sampleLines } from '../samples.ts'
import { attempted, insist, type Target } from '../target.ts'

/** Buckets whose checksums are right and whose directory says what is not so. */
export const target: Target = {
  prepare: () => {
    const bucket = makeBucket(sampleLines(40), { frameBytes: 700 })
    const directory = openBucket(bucket, testOwner)
    const dataBytes = directory.frames.reduce((sum, frame) => sum + frame.sizeBytes, 0)
    const data = bucket.subarray(0, dataBytes)
    return dice => {
      const lying = dice.chance(0.5) ? reworded(bucket, dice) : rewritten(data, directory, dice)
      if (!lying) return 'refused'
      return attempted(['corrupt'], () => {
        checkDirectory(openBucket(lying, testOwner), lying.length)
        linesOfBucket(lying)
      })
    }
  },
}

/** Bytes of the directory are others; its checksum agrees. */
function reworded(bucket: Buffer, dice: Dice): Buffer {
  return withDirectory(bucket, content => {
    const changed = mutateBytes(content, dice)
    changed.copy(content, 0, 0, content.length - 4)
  })
}

/** Fields of the directory are others, as a defect of a writer would make them. */
function rewritten(data: Buffer, directory: Directory, dice: Dice): Buffer | undefined {
  try {
    return Buffer.concat([data, encodeFooter(mutateJson(directory, dice))])
  } catch {
    // No number or text of this kind fits the format.
    return undefined
  }
}

/** What readers rely on. */
function checkDirectory({ frames, streams }: Directory, objectBytes: number): void {
  for (const { startByte, sizeBytes, firstStream } of frames) {
    insist(startByte + sizeBytes <= objectBytes, () => 'a frame lies outside')
    insist(firstStream < streams.length, () => 'a frame begins with no stream')
  }
  for (const { firstFrame, lastFrame } of streams) {
    insist(firstFrame <= lastFrame && lastFrame < frames.length, () => 'a stream lies in no frame')
  }
}
