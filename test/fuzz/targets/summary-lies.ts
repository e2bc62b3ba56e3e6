import { unwrap, wrap } from '../../../lib/bytes/envelope.ts'
import { allBlocks, type SummaryBlock } from '../../../lib/index/summary.ts'
import { parseQuery } from '../../../lib/query/parse-query.ts'
import { boundsOfFrames, openWhole, summaryOfFrames } from '../../index/support/make-summary.ts'
import type { Dice } from '../../oracle/dice.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { sampleLines } from '../samples.ts'
import { attempted, insist, type Target } from '../target.ts'

const limitBytes = 2 ** 20

/** Summaries whose checksums are right and whose heads and columns no writer made. */
export const target: Target = {
  prepare: () => {
    const made = summaryOfFrames(Array.from({ length: 5 }, () => sampleLines(24)))
    const { bytes, headBytes } = made
    const { query } = parseQuery('level:error ms:>2 -ip:10.* (request.tags:a OR message:* n:1)')
    const blocks = [...allBlocks(openWhole(made).summary)].sort((a, b) => a.start - b.start)
    const head = bytes.subarray(-headBytes)
    return dice => {
      const lying = dice.chance(0.5)
        ? withHead(bytes.subarray(0, -headBytes), head, dice)
        : withBlock(bytes, headBytes, blocks, dice)
      return attempted(['corrupt'], () => {
        for (const { lower, upper } of boundsOfFrames(openWhole(lying), query)) {
          insist(lower >= 0 && upper >= 0, () => `a frame has ${lower} to ${upper} events`)
        }
      })
    }
  },
}

function withHead(data: Buffer, head: Buffer, dice: Dice) {
  const changed = wrap(mutateBytes(unwrap(head, 'head', limitBytes), dice))
  return { bytes: Buffer.concat([data, changed]), headBytes: changed.length }
}

/** A block of columns is another, of the length the head says where it can be. */
function withBlock(bytes: Buffer, headBytes: number, blocks: readonly SummaryBlock[], dice: Dice) {
  const { start, end } = dice.pick(blocks)
  const changed = wrap(mutateBytes(unwrap(bytes.subarray(start, end), 'block', limitBytes), dice))
  // A zstd frame may be longer than needed only by a skippable one: so it is as long or refused.
  const fitting = changed.length === end - start ? changed : bytes.subarray(start, end)
  return {
    bytes: Buffer.concat([bytes.subarray(0, start), fitting, bytes.subarray(end)]),
    headBytes,
  }
}
