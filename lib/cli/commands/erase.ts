import type { Command } from 'commander'
import type { ErasureStatus } from '../../archive.ts'
import { makeBatchId } from '../../core/batch-id.ts'
import { ArchiveError } from '../../core/errors.ts'
import { ErasureNotes } from '../erasure-notes.ts'
import { addSpan } from '../options.ts'
import { showErasure } from '../render/erasure.ts'
import { showCounted } from '../render/figures.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

export interface EraseCommandOptions {
  readonly stream?: string
  readonly from?: number
  readonly to?: number
  readonly query?: string
  readonly id?: string
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly wait?: boolean
  readonly status?: string | true
}

export function addErase(program: Command): void {
  const command = program
    .command('erase')
    .description('erase events: in no answer at once, soon in no object; or see how far that is')
    .option('--stream <glob>', 'only these streams: user/4711, web/*, user/**')
    .option('--query <query>', 'only events that match it')
    .option('--all', 'every event there is, where nothing is selected')
    .option('--id <id>', 'the same again is the same erasure (default: a new one)')
    .option('--dry-run', 'only count the events')
    .option('--yes', 'without it the events are counted and nothing is erased')
    .option('--wait', 'do the work here until there is a certificate: 15 minutes at least')
    .option('--status [id]', 'instead: how far erasures in progress are, or this one')
  addSpan(command).action((options: EraseCommandOptions, self: Command) =>
    run(self, session => eraseOrTell(session, options)),
  )
}

/** Exported for tests, in which 15 minutes pass at once. */
export async function eraseOrTell(
  session: Session,
  options: EraseCommandOptions,
): Promise<ExitCode> {
  const archive = await session.openArchive('read')
  const { status, id: givenId, yes, dryRun, wait } = options
  if (status === true) {
    const found = await archive.erasures()
    for (const each of found) await show(session, each)
    if (found.length === 0) session.note('no erasure is in progress')
    return found.length > 0 ? 0 : 1
  }
  if (status !== undefined) return await show(session, await archive.erasure(status))
  const selection = selectionOf(options)
  if (dryRun || !yes) {
    const { count, complete } = await archive.count({ ...selection, signal: session.signal })
    const counted = showCounted(count, 'event')
    if (!dryRun) throw new ArchiveError('invalid', `${counted} would be erased: say so with --yes`)
    const line = session.isHuman ? `${counted} would be erased` : JSON.stringify({ count })
    await session.output.write(line, '\n')
    return complete ? 0 : 2
  }
  const erasureId = givenId ?? makeBatchId(session.clock, session.random)
  const begun = await archive.erase({ erasureId, selection, everything: options.all ?? false })
  if (!wait) return await show(session, begun)
  session.note(`erasure ${erasureId}: hidden; Ctrl-C leaves the rest to any member of the brigade`)
  const progress = new ErasureNotes(session)
  const done = await archive.finishErasure(erasureId, session.signal, (...told) =>
    progress.show(...told),
  )
  const shown = await show(session, done)
  return session.interrupted ? 130 : shown
}

function selectionOf({ stream, from, to, query }: EraseCommandOptions) {
  // A variable that a script forgot to set may not widen what is erased.
  if (query?.trim() === '') throw new ArchiveError('invalid', '--query is empty: leave it out')
  return {
    ...(stream !== undefined && { stream }),
    ...(from !== undefined && { startMicros: from }),
    ...(to !== undefined && { endMicros: to }),
    ...(query !== undefined && { query }),
  }
}

async function show(session: Session, status: ErasureStatus): Promise<ExitCode> {
  const line = session.isHuman ? showErasure(status) : JSON.stringify(status)
  await session.output.write(line, '\n')
  return 0
}
