import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import { formatTime } from '../../core/time.ts'
import type { HoursAnswer, HoursQuestion, Interval } from '../../read/question.ts'
import { finish } from '../finish.ts'
import {
  addInterval,
  addSelection,
  addTimeZone,
  intervalMicros,
  type SelectionOptions,
  selectionOf,
} from '../options.ts'
import { showBars } from '../render/bars.ts'
import { showCount, showCounted } from '../render/figures.ts'
import { timesIn } from '../render/zoned-time.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface HoursOptions extends SelectionOptions {
  readonly interval: Interval
  readonly tz: string
}

export function addHours(program: Command): void {
  const command = program
    .command('hours')
    .description('name the hours that may have matching events, from the indexes alone')
    .argument('[query...]', 'as for search')
  addTimeZone(addInterval(addSelection(command))).action(
    (words: string[], { interval, tz, ...options }: HoursOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        return showHours(session, archive, { ...selection, interval, timeZone: tz })
      }),
  )
}

/** Asks and shows: bars to a person, a line an interval to a program; then what to ask next. */
async function showHours(
  session: Session,
  archive: Archive,
  question: HoursQuestion & { readonly interval: Interval },
): Promise<ExitCode> {
  const answer = await archive.hours(question)
  const { intervals } = answer
  await session.output.write(session.isHuman ? asBars(session, answer, question) : asLines(answer))
  const found = intervals.length > 0
  const where = showCounted(intervals.length, question.interval)
  const exitCode = await finish(session, answer, found, `${bounds(answer)} in ${where}`)
  if (found && !session.output.closed) session.note(nextStep(answer, question))
  return exitCode
}

function bounds({ least, most }: HoursAnswer): string {
  if (least === most) return showCounted(most, 'event')
  return `${showCount(least)} to ${showCounted(most, 'event')}`
}

function asBars(
  { paint, columns }: Session,
  { intervals }: HoursAnswer,
  question: HoursQuestion & { readonly interval: Interval },
): string {
  const bars = intervals.map(({ startMicros, least, most }) => ({
    startMicros,
    count: most,
    isMost: least < most,
  }))
  return showBars(bars, {
    showTime: timesIn(question.timeZone),
    paint,
    columns,
    intervalMicros: intervalMicros[question.interval],
  })
}

function asLines({ intervals }: HoursAnswer): string {
  return intervals
    .map(({ startMicros, endMicros, least, most }) => {
      const [start, end] = [formatTime(startMicros), formatTime(endMicros)]
      return `${JSON.stringify({ start, end, least, most })}\n`
    })
    .join('')
}

/** The search within the intervals found, ready for a shell. */
function nextStep({ intervals }: HoursAnswer, { query, stream }: HoursQuestion): string {
  const words = [
    'varve search',
    ...(query === undefined ? [] : [quoted(query)]),
    ...(stream === undefined ? [] : [`--stream ${quoted(stream)}`]),
    `--from ${formatTime(intervals[0]!.startMicros)}`,
    `--to ${formatTime(intervals.at(-1)!.endMicros)}`,
  ]
  return `next: ${words.join(' ')}`
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
