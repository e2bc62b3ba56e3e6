import { apiAccess } from '../corpora/api-access.ts'
import { appLog } from '../corpora/app-log.ts'
import { cloudAudit } from '../corpora/cloud-audit.ts'
import type { CorpusBlock, GeneratedCorpus } from '../corpora/generated-corpus.ts'
import { windowsEvents } from '../corpora/windows-events.ts'

/** Nine in the morning, when an hour has about a twenty-fourth of its day. */
export const mixtureStartMicros = Date.UTC(2026, 2, 2, 9) * 1000
const bytesASecond = 1e12 / 86400

/** What 1 TB a day is made of: a share of all bytes, and the usual length of an event. */
export const mixtureParts: readonly {
  corpus: GeneratedCorpus
  share: number
  eventBytes: number
}[] = [
  { corpus: apiAccess, share: 0.4, eventBytes: 390 },
  { corpus: appLog, share: 0.25, eventBytes: 250 },
  { corpus: cloudAudit, share: 0.2, eventBytes: 1216 },
  { corpus: windowsEvents, share: 0.15, eventBytes: 1692 },
]

/** So many bytes of logs of four kinds as they come at 1 TB a day, one block at a time. */
export function* mixtureBlocks(sizeBytes: number): Generator<CorpusBlock> {
  const feeds = mixtureParts.map(({ corpus, share, eventBytes }, i) => ({
    share,
    madeBytes: 0,
    blocks: corpus.blocks({
      seed: 100 + i,
      sizeBytes: sizeBytes * share,
      eventsPerSecond: (bytesASecond * share) / eventBytes,
      startMicros: mixtureStartMicros,
    }),
  }))
  for (;;) {
    // Whoever lags behind its share is next: so all of them come to the same time together.
    const feed = feeds.sort((a, b) => a.madeBytes / a.share - b.madeBytes / b.share)[0]
    if (!feed) return
    const { value, done } = feed.blocks.next()
    if (done) {
      feeds.shift()
      continue
    }
    feed.madeBytes += value.rawBytes
    yield value
  }
}

/** Members that hold the time, of whichever part: what `append` is told. */
export const timeFields = ['@time', 'eventTime']
