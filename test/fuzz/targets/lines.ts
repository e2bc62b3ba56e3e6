import { LineWalker } from '../../../lib/bucket/line.ts'
import { FieldTable } from '../../../lib/index/field-table.ts'
import { FrameTerms } from '../../../lib/index/frame-terms.ts'
import { compileFilter } from '../../../lib/query/event-filter.ts'
import { FieldWalk } from '../../../lib/query/field-walk.ts'
import { requireQuery } from '../../../lib/query/parse-query.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleLines } from '../samples.ts'
import { attempted, type Target } from '../target.ts'

const queries = ['error', 'level:error -took', 'ip:10.0.0.0/8', 'n:>5', 'a.b:1', 'message:/t.*k/']

/**
 * Frames whose checksums are right and whose lines no writer made: readers, filters and indexes
 * walk them without a parser and must neither fail nor stand still.
 */
export const target: Target = {
  prepare: () => {
    const frames = [1, 5, 20].map(count =>
      Buffer.from(
        sampleLines(count)
          .map(line => `${line}\n`)
          .join(''),
      ),
    )
    const filters = queries.map(query => compileFilter(requireQuery(query)))
    const terms = new FrameTerms()
    return dice => {
      const raw = mutateBytes(dice.pick(frames), dice, frames)
      const filter = dice.pick(filters)
      return attempted(['corrupt'], () => {
        const walker = new LineWalker(raw)
        const fields = new FieldWalk(2 ** 20)
        while (walker.next()) {
          filter.matches(raw, walker.start, walker.end)
          void walker.idEnd
          fields.walk(raw, walker.restStart, () => {})
        }
        terms.read(raw, new FieldTable())
      })
    }
  },
}
