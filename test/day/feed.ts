import type { CorpusBlock } from '../../bench/corpora/generated-corpus.ts'
import { mixtureParts } from '../../bench/hour/mixture.ts'

/** Lines of one kind of logs in order of time. */
interface Source {
  readonly blocks: Iterator<CorpusBlock>
  lines: string[]
  at: number
}

const timePattern = /"(?:@time|eventTime)":"([^"]+)"/

/** The lines of a day of four kinds of logs as they come, so many bytes in all. */
export class Feed {
  readonly #sources: Source[]

  constructor(options: {
    readonly seed: number
    readonly startMicros: number
    readonly bytesADay: number
    readonly hours: number
  }) {
    const { seed, startMicros, bytesADay, hours } = options
    this.#sources = mixtureParts.map(({ corpus, share, eventBytes }, i) => ({
      blocks: corpus.blocks({
        seed: seed + i,
        // More than enough for the busiest hours.
        sizeBytes: Math.ceil(bytesADay * share * Math.min(1.1, (hours / 24) * 2)),
        eventsPerSecond: (bytesADay * share) / 86_400 / eventBytes,
        startMicros,
      }),
      lines: [],
      at: 0,
    }))
  }

  /** What came since the last call and before this time. */
  linesBefore(micros: number): string[] {
    return this.#sources.flatMap(source => [...take(source, micros / 1000)])
  }
}

function* take(source: Source, millis: number): Generator<string> {
  for (;;) {
    if (source.at >= source.lines.length) {
      const { value, done } = source.blocks.next()
      if (done) return
      source.lines = (value as CorpusBlock).lines.toString().trimEnd().split('\n')
      source.at = 0
    }
    const line = source.lines[source.at]!
    if (Date.parse(timePattern.exec(line)![1]!) >= millis) return
    source.at++
    yield line
  }
}
