import { ArchiveError } from '../core/errors.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { Intervals } from './intervals.ts'
import { lookAheadAll } from './look-ahead.ts'
import type { HistogramAnswer, HistogramQuestion } from './question.ts'
import { scopeOf } from './scope.ts'
import { isWithin, tallyEvents } from './tally.ts'

/** How many events each interval has. Throws `too-large` beyond `histogramBucketsMax` intervals. */
export async function histogram(
  library: Library,
  question: HistogramQuestion,
): Promise<HistogramAnswer> {
  const scope = scopeOf(question)
  const intervals = new Intervals(question.interval, question.timeZone ?? 'UTC')
  const asking = new Asking(library, question)
  asking.ahead = lookAheadAll(asking, scope)
  const { histogramBucketsMax } = library.settings
  const counts = await withSnapshot(asking, async snapshot => {
    const counted = new Map<number, number>()
    const add = (micros: number, eventCount: number): void => {
      const { startMicros } = intervals.at(micros)
      counted.set(startMicros, (counted.get(startMicros) ?? 0) + eventCount)
      if (counted.size > histogramBucketsMax) throw tooMany(histogramBucketsMax)
    }
    await tallyEvents(asking, snapshot, scope, {
      add: line => add(line.timeMicros, 1),
      headsOnly: true,
      known: {
        suffices: part => {
          if (!isWithin(part, scope.startMicros, scope.endMicros)) return false
          return part.lastMicros < intervals.at(part.firstMicros).endMicros
        },
        take: part => add(part.firstMicros, part.eventCount),
      },
    })
    return counted
  })
  const found = [...counts].sort(([a], [b]) => a - b)
  return {
    intervals: found.map(([startMicros, count]) => ({ startMicros, count })),
    count: found.reduce((sum, [, count]) => sum + count, 0),
    ...asking.end(),
  }
}

function tooMany(limit: number): ArchiveError {
  return new ArchiveError(
    'too-large',
    `the histogram has more than ${limit} intervals: ask for a shorter range or a wider interval`,
  )
}
