import type { Command } from 'commander'
import type { LegalHold } from '../../catalog/catalog.ts'
import { formatTime } from '../../core/time.ts'
import { addSpan } from '../options.ts'
import { run } from '../run.ts'

interface HoldCommandOptions {
  readonly stream?: string
  readonly from?: number
  readonly to?: number
  readonly query?: string
  readonly reason: string
}

/** Legal holds: events that no erasure may take. */
export function addHold(program: Command): void {
  const hold = program.command('hold').description('keep events from being erased')
  const add = hold
    .command('add')
    .description('put events under legal hold')
    .argument('<id>', 'by which it is released')
    .requiredOption('--reason <text>', 'shown to who is refused')
    .option('--stream <glob>', 'only these streams: user/4711, web/*, user/**')
    .option('--query <query>', 'only events that match it')
  addSpan(add).action((id: string, options: HoldCommandOptions, self: Command) =>
    run(self, async session => {
      const archive = await session.openArchive('write')
      const { stream, from, to, query, reason } = options
      const selection = {
        ...(stream !== undefined && { stream }),
        ...(from !== undefined && { startMicros: from }),
        ...(to !== undefined && { endMicros: to }),
        ...(query !== undefined && { query }),
      }
      await archive.addHold({ id, selection, reason })
      return 0
    }),
  )
  hold
    .command('list')
    .description('what is under legal hold')
    .action((_options: object, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        const found = await archive.holds()
        for (const each of found) {
          await session.output.write(session.isHuman ? describe(each) : JSON.stringify(each), '\n')
        }
        return found.length > 0 ? 0 : 1
      }),
    )
  hold
    .command('release')
    .description('end a legal hold')
    .argument('<id>', 'as it was given')
    .action((id: string, _options: object, self: Command) =>
      run(self, async session => {
        const archive = await session.openArchive('read')
        await archive.releaseHold(id)
        return 0
      }),
    )
}

function describe({ id, selection, reason, createdMicros }: LegalHold): string {
  const { stream = 'every stream', query, startMicros, endMicros } = selection
  const parts = [
    stream,
    query,
    startMicros !== undefined && `from ${formatTime(startMicros)}`,
    endMicros !== undefined && `to ${formatTime(endMicros)}`,
  ]
  const what = parts.filter(Boolean).join(', ')
  return `${id}: ${what}; since ${formatTime(createdMicros)}: ${reason}`
}
