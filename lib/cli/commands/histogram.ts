import { type Command, Option } from 'commander'
import { formatTime } from '../../core/time.ts'
import type { Interval } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { addSelection, addTimeZone, type SelectionOptions, selectionOf } from '../options.ts'
import { showBars } from '../render/bars.ts'
import { showCounted } from '../render/figures.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'

interface HistogramOptions extends SelectionOptions {
  readonly interval: Interval
  readonly tz: string
}

const minuteMicros = 60e6
const dayMicros = 24 * 60 * minuteMicros
const intervalMicros: Readonly<Record<Interval, number>> = {
  minute: minuteMicros,
  hour: 60 * minuteMicros,
  day: dayMicros,
  week: 7 * dayMicros,
  month: 30 * dayMicros,
  year: 365 * dayMicros,
}

export function addHistogram(program: Command): void {
  const command = program
    .command('histogram')
    .description('count the events that match a query by interval of time')
    .argument('[query...]', 'as for search; without one, every event')
    .addOption(
      new Option('--interval <interval>', 'width of an interval')
        .choices(Object.keys(intervalMicros))
        .default('hour'),
    )
  addTimeZone(addSelection(command)).action(
    (words: string[], { interval, tz, ...options }: HistogramOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        const answer = await archive.histogram({ ...selection, interval, timeZone: tz })
        const { paint, columns } = session
        const bars = {
          showTime: timesIn(tz),
          paint,
          columns,
          intervalMicros: intervalMicros[interval],
        }
        await session.output.write(
          session.isHuman
            ? showBars(answer.intervals, bars)
            : answer.intervals.map(showInterval).join(''),
        )
        return finish(session, answer, answer.count > 0, showCounted(answer.count, 'event'))
      }),
  )
}

function showInterval({ startMicros, count }: { startMicros: number; count: number }): string {
  return `${JSON.stringify({ start: formatTime(startMicros), count })}\n`
}
