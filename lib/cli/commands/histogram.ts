import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import { formatTime } from '../../core/time.ts'
import type { HistogramQuestion, Interval } from '../../read/question.ts'
import { showExplanation } from '../explain.ts'
import { finish } from '../finish.ts'
import {
  addExplain,
  addInterval,
  addSelection,
  addTimeZone,
  intervalMicros,
  type SelectionOptions,
  selectionOf,
} from '../options.ts'
import { showBars } from '../render/bars.ts'
import { showCounted } from '../render/figures.ts'
import { timesIn } from '../render/zoned-time.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface HistogramOptions extends SelectionOptions {
  readonly interval: Interval
  readonly tz: string
}

export function addHistogram(program: Command): void {
  const command = program
    .command('histogram')
    .description('count the events that match a query by interval of time')
    .argument('[query...]', 'as for search; without one, every event')
  addTimeZone(addInterval(addExplain(addSelection(command)))).action(
    (words: string[], { interval, tz, ...options }: HistogramOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        if (options.explain) {
          return showExplanation(session, archive, { ...selection, question: 'histogram' })
        }
        return showHistogram(session, archive, { ...selection, interval, timeZone: tz })
      }),
  )
}

/** Asks and shows: bars to a person, a line an interval to a program. */
export async function showHistogram(
  session: Session,
  archive: Archive,
  question: HistogramQuestion,
): Promise<ExitCode> {
  const answer = await archive.histogram(question)
  const { paint, columns, isHuman, output } = session
  const bars = {
    showTime: timesIn(question.timeZone),
    paint,
    columns,
    intervalMicros: intervalMicros[question.interval],
  }
  await output.write(isHuman ? showBars(answer.intervals, bars) : asLines(answer.intervals))
  return finish(session, answer, answer.count > 0, showCounted(answer.count, 'event'))
}

function asLines(intervals: readonly { startMicros: number; count: number }[]): string {
  return intervals
    .map(({ startMicros, count }) => ({ start: formatTime(startMicros), count }))
    .map(line => `${JSON.stringify(line)}\n`)
    .join('')
}
