import { parseQuery } from '../../../lib/query/parse-query.ts'
import { boundsOfFrames, openWhole, summaryOfFrames } from '../../index/support/make-summary.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleLines } from '../samples.ts'
import { attempted, insist, type Target } from '../target.ts'

/** Damaged field summaries: none of them may say anything else. */
export const target: Target = {
  prepare: () => {
    const frames = Array.from({ length: 5 }, () => sampleLines(24))
    const { bytes: whole, headBytes } = summaryOfFrames(frames)
    const { query } = parseQuery(
      'level:error ms:>2 ip:10.* request.tags:a message:* n:1 deep.a.b:1',
    )
    const said = JSON.stringify(boundsOfFrames(openWhole({ bytes: whole, headBytes }), query))
    return dice => {
      const bytes = mutateBytes(whole, dice)
      return attempted(['corrupt'], () => {
        const found = JSON.stringify(boundsOfFrames(openWhole({ bytes, headBytes }), query))
        insist(found === said, () => 'a damaged summary says something else')
      })
    }
  },
}
