import { type Command, InvalidArgumentError } from 'commander'
import type { Archive } from '../../archive.ts'
import type { ContextQuestion } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { addTimeZone } from '../options.ts'
import { eventLines } from '../render/event-line.ts'
import { showCounted } from '../render/figures.ts'
import { timesIn } from '../render/zoned-time.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface ContextOptions {
  readonly before: number
  readonly after: number
  readonly stream?: string
  readonly tz: string
}

export function addContext(program: Command): void {
  const command = program
    .command('context')
    .description('show an event and its neighbours in its stream, oldest first')
    .argument('<id>', 'its @id, as search --json shows it')
    .option('--before <count>', 'events before it', asNumber, 5)
    .option('--after <count>', 'events after it', asNumber, 5)
    .option('--stream <name>', 'where to look for an @id that several streams have')
  addTimeZone(command).action((id: string, { tz, ...options }: ContextOptions, self: Command) =>
    run(self, async session => {
      const archive = await session.openArchive('read')
      return showContext(session, archive, { id, ...options, signal: session.signal }, tz)
    }),
  )
}

/** The events as `search` shows them; before a person the one that was asked for is marked. */
async function showContext(
  session: Session,
  archive: Archive,
  question: ContextQuestion,
  timeZone: string,
): Promise<ExitCode> {
  const { before, event, after, ...end } = await archive.context(question)
  const hits = [...before, event, ...after]
  if (session.isHuman) {
    const { paint } = session
    const options = { showTime: timesIn(timeZone), paint, columns: session.columns - 2 }
    const line = eventLines(options)
    for (const hit of hits) {
      await session.output.write(hit === event ? paint('bold', '> ') : '  ', line(hit))
    }
  } else for (const hit of hits) await session.output.write(hit.line, '\n')
  return finish(session, end, true, showCounted(hits.length, 'event'))
}

function asNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a number.')
}
