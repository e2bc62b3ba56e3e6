import { ArchiveError } from '../core/errors.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import type { StreamsAnswer } from './question.ts'
import { scopeOf } from './scope.ts'
import { tallyEvents } from './tally.ts'

export interface StreamsQuestion {
  readonly prefix?: string
  readonly signal?: AbortSignal
}

type StreamCount = StreamsAnswer['streams'][number]

/** The streams whose names begin with the prefix, by name, with exact counts and spans. */
export async function streams(
  library: Library,
  question: StreamsQuestion = {},
): Promise<StreamsAnswer> {
  const { prefix = '' } = question
  // A prefix is no glob: whatever characters it has stand for themselves.
  if (/[*?]/.test(prefix)) throw new ArchiveError('invalid', `no stream begins with ${prefix}`)
  const scope = scopeOf({ stream: `${prefix}**` })
  const asking = new Asking(library, question)
  const found = await withSnapshot(asking, async snapshot => {
    const counts = new Map<string, StreamCount>()
    const take = (part: StreamCount): void => {
      counts.set(part.stream, joined(counts.get(part.stream), part))
    }
    await tallyEvents(asking, snapshot, scope, {
      add: ({ stream, timeMicros }) =>
        take({ stream, count: 1, firstMicros: timeMicros, lastMicros: timeMicros }),
      known: {
        suffices: ({ stream }) => stream !== undefined,
        take: ({ stream = '', eventCount, firstMicros, lastMicros }) =>
          take({ stream, count: eventCount, firstMicros, lastMicros }),
      },
    })
    return [...counts.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1))
  })
  return { streams: found, ...asking.end() }
}

function joined(a: StreamCount | undefined, b: StreamCount): StreamCount {
  if (!a) return b
  return {
    stream: a.stream,
    count: a.count + b.count,
    firstMicros: Math.min(a.firstMicros, b.firstMicros),
    lastMicros: Math.max(a.lastMicros, b.lastMicros),
  }
}
