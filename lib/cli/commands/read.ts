import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import { asStreamName } from '../../core/stream-name.ts'
import { showHits } from '../hits.ts'
import { nearestNames } from '../nearest-names.ts'
import {
  addPage,
  addRange,
  addTimeZone,
  type PageOptions,
  type RangeOptions,
  selectionOf,
} from '../options.ts'
import { showDamage } from '../render/damage.ts'
import { timesIn } from '../render/zoned-time.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

type ReadOptions = RangeOptions & PageOptions

export function addRead(program: Command): void {
  const command = program
    .command('read')
    .description('show the events of one stream, newest first')
    .argument('<stream>', 'its exact name')
  addTimeZone(addPage(addRange(command))).action(
    (stream: string, options: ReadOptions, self: Command) =>
      run(self, async session => {
        const selection = { ...selectionOf(session, [], options), stream: asStreamName(stream) }
        const archive = await session.openArchive('read')
        const { shown, exitCode } = await showHits(session, archive, selection, options)
        if (shown === 0 && exitCode === 1) await explainNothing(session, archive, stream)
        return exitCode
      }),
  )
}

/** Says whether the stream is unknown or only has no events in the range asked for. */
async function explainNothing(session: Session, archive: Archive, stream: string): Promise<void> {
  const { streams, damage } = await archive.streams({ signal: session.signal })
  for (const line of showDamage(damage, timesIn())) session.warn(line)
  const known = streams.find(candidate => candidate.stream === stream)
  if (known) {
    const [first, last] = [known.firstMicros, known.lastMicros].map(timesIn())
    session.warn(`varve: nothing in that range; ${stream} has events from ${first} to ${last}`)
    return
  }
  const names = streams.map(candidate => candidate.stream)
  const nearest = nearestNames(stream, names, 3)
  const advice = nearest.length > 0 ? `; nearest: ${nearest.join(', ')}` : ''
  session.warn(`varve: no stream named ${stream}${advice}`)
}
