import { batchIdOfKey, idTimeMillis } from '../../../lib/core/batch-id.ts'
import {
  bucketKey,
  indexKey,
  indexPartKey,
  jobOfOutput,
  ownerOfBucket,
  parseTailKey,
  requestMarkerKey,
  tailKey,
  tailMayHold,
} from '../../../lib/store/keys.ts'
import { assertObjectKey } from '../../../lib/store/object-key.ts'
import { makeStreamFilter } from '../../../lib/store/stream-filter.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { attempted, insist, type Target } from '../target.ts'

const tokens = ['-', '/', '.zst', 'tail/', '0', 'Z', 'x', 'b', 'all', '..', '%2f', '7ZZZZZZZZZZ']

/** Names of objects, as a listing may hold them. */
export const target: Target = {
  prepare: () => {
    const streams = Array.from({ length: 100 }, (_, i) => `user/${i}`)
    const keys = [1, 8, 40, 100].map(count =>
      tailKey('01JJFMEQA80123456789ABCDEF', {
        firstMicros: 1_737_849_605_000_000,
        lastMicros: 1_737_849_605_250_000,
        eventCount: 2,
        footerBytes: 254,
        streams: makeStreamFilter(streams.slice(0, count)),
        contentHash: '14BJEM32WZXT869R8E6F9SNY11',
      }),
    )
    const all = [...keys, bucketKey('01JJ', 3), indexKey('01JJ', 0), requestMarkerKey('k')]
    return dice => {
      const key = mutateText(dice.pick(all), dice, tokens)
      if (keys.includes(key)) return 'taken'
      void [ownerOfBucket(key), jobOfOutput(key), indexPartKey(key, 1)]
      const batchId = batchIdOfKey(key.slice(5, 31))
      insist(batchId === undefined || idTimeMillis(batchId) > 0, () => `time of ${batchId}`)
      attempted(['invalid'], () => assertObjectKey(key))
      return attempted(['corrupt'], () => {
        const entry = parseTailKey(key)
        tailMayHold(entry, 'user/7')
        const { firstMicros, lastMicros, eventCount, footerBytes } = entry
        insist(0 <= firstMicros && firstMicros <= lastMicros, () => 'times are out of order')
        for (const number of [lastMicros, eventCount, footerBytes, entry.idTimeMillis]) {
          insist(Number.isSafeInteger(number), () => `${number} in a key`)
        }
        assertObjectKey(key)
      })
    }
  },
}
