import { linesOfBucket, makeBucket } from '../../support/bucket-lines.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleLines } from '../samples.ts'
import { attempted, insist, type Target } from '../target.ts'

/** Damaged buckets: none of them may pass for whole. */
export const target: Target = {
  prepare: () => {
    const buckets = [
      makeBucket(sampleLines(1)),
      makeBucket(sampleLines(12), { frameBytes: 300 }),
      makeBucket(sampleLines(40), { frameBytes: 1000, lineage: { inputs: ['a', 'b'] } }),
      makeBucket(sampleLines(40), { lineage: { outputs: 3 } }),
    ]
    return dice => {
      const whole = dice.pick(buckets)
      const bytes = mutateBytes(whole, dice, buckets)
      return attempted(['corrupt'], () => {
        linesOfBucket(bytes)
        insist(
          buckets.some(each => each.equals(bytes)),
          () => 'a damaged bucket was read',
        )
      })
    }
  },
}
