import { gzipSync, zstdCompressSync } from 'node:zlib'
import { createApp } from '../../../lib/api/app.ts'
import type { Problem } from '../../../lib/api/problem.ts'
import { openArchive } from '../../../lib/archive.ts'
import { MemoryStore } from '../../../lib/store/memory-store.ts'
import { archiveLines } from '../../support/archive-lines.ts'
import { makePlace } from '../../support/workplace.ts'
import { mutateBytes } from '../mutate/mutate-bytes.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { sampleEvents } from '../samples.ts'
import { insist, type Target } from '../target.ts'

const refusals = [400, 409, 413, 415, 429]
const tokens = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '\n', '\r', ' ', '1e', '-', '"@time":'],
  ...['"@stream":"a/b"', '"@id":', '"@id":7', '{}', 'null', '[[', '"__proto__":1', '\\ud800'],
]
const mediaTypes = [
  ...['application/x-ndjson', 'application/json', 'application/stream+json', 'text/plain'],
  ...['', 'text/html', 'application/x-www-form-urlencoded'],
]

/** Bodies of appends, through the whole of HTTP: what is acknowledged lies in the store as JSON. */
export const target: Target = {
  prepare: () => {
    const events = sampleEvents(8)
    const { clock, random, settings } = makePlace({ groupCommitMillis: 0 })
    return async dice => {
      const store = new MemoryStore(clock)
      const archive = await openArchive({
        store,
        clock,
        random,
        settings: { groupCommitMillis: 0 },
      })
      const app = createApp({ archive, settings, clock })
      const given = dice
        .shuffled(events)
        .slice(0, 1 + dice.below(4))
        .join('\n')
      const text = dice.chance(0.5)
        ? Buffer.from(mutateText(given, dice, tokens))
        : mutateBytes(Buffer.from(given), dice)
      const encoding = dice.pick(['', '', '', 'gzip', 'zstd', 'br'])
      const body =
        encoding === 'gzip' ? gzipSync(text) : encoding === 'zstd' ? zstdCompressSync(text) : text
      const response = await app.request(
        `http://archive/v1/streams/a/events${dice.pick(['', '?strict=1'])}`,
        {
          method: 'POST',
          body: (dice.chance(0.1) ? mutateBytes(body, dice) : body) as Buffer<ArrayBuffer>,
          headers: {
            'Content-Type': dice.pick(mediaTypes),
            ...(encoding && { 'Content-Encoding': encoding }),
          },
        },
      )
      const answer = (await response.json()) as Problem & { accepted?: number }
      const lines = await archiveLines(store)
      for (const line of lines) JSON.parse(line)
      const { accepted = 0 } = answer
      // Events of one `@id` are one.
      const isAll = text.includes('id') ? lines.length <= accepted : lines.length === accepted
      insist(isAll, () => `${lines.length} lines, answer ${JSON.stringify(answer)}`)
      if (response.ok) return 'taken'
      insist(refusals.includes(response.status), () => JSON.stringify(answer))
      return 'refused'
    }
  },
}
