import type { Command } from 'commander'
import { formatTime } from '../../core/time.ts'
import type { StreamsAnswer } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { addTimeZone } from '../options.ts'
import { showCount, showCounted } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

export function addStreams(program: Command): void {
  const command = program
    .command('streams')
    .description('list the streams with their events and time spans')
    .argument('[prefix]', 'only names that begin so')
  addTimeZone(command).action(
    (prefix: string | undefined, { tz }: { readonly tz: string }, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        const { signal } = session
        const answer = await archive.streams({ signal, ...(prefix !== undefined && { prefix }) })
        await session.output.write(
          session.isHuman ? showStreams(session, answer, tz) : asLines(answer),
        )
        const count = answer.streams.length
        return finish(session, answer, count > 0, showCounted(count, 'stream'))
      }),
  )
}

function asLines({ streams }: StreamsAnswer): string {
  return streams
    .map(({ stream, count, firstMicros, lastMicros }) => {
      const [first, last] = [formatTime(firstMicros), formatTime(lastMicros)]
      return `${JSON.stringify({ stream, count, first, last })}\n`
    })
    .join('')
}

function showStreams({ paint }: Session, { streams }: StreamsAnswer, timeZone: string): string {
  if (streams.length === 0) return ''
  const showTime = timesIn(timeZone)
  return showTable(
    [
      { title: 'stream' },
      { title: 'events', align: 'right' },
      { title: 'first' },
      { title: 'last' },
    ],
    streams.map(each => [
      each.stream,
      showCount(each.count),
      showTime(each.firstMicros),
      showTime(each.lastMicros),
    ]),
    title => paint('dim', title),
  )
}
