import type { Command } from 'commander'
import type { Generations, RestoreReport } from '../../archive.ts'
import { formatTime } from '../../core/time.ts'
import { asCount, asTime } from '../options.ts'
import { ProgressNote } from '../progress-note.ts'
import { showCopied, showCount, showCounted } from '../render/figures.ts'
import { showReceipt } from '../render/receipt.ts'
import { showTable } from '../render/table.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface RestoreCommandOptions {
  readonly list?: boolean
  readonly generation?: number
  readonly at?: number
}

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('make a new archive of a backup, in an empty store')
    .argument('<backup>', 'where the backup is: file:DIR or s3://BUCKET/PREFIX')
    .option('--list', 'only show which backups there are')
    .option('--generation <number>', 'this backup (default: the newest)', asCount)
    .option('--at <time>', 'the newest taken at this time or before', asTime)
    .action((from: string, options: RestoreCommandOptions, self: Command) =>
      run(self, session =>
        options.list ? list(session, from) : restoreFrom(session, from, options),
      ),
    )
}

async function list(session: Session, from: string): Promise<ExitCode> {
  const { backupsAt } = await import('../../archive.ts')
  const found = await backupsAt(from, session)
  await session.output.write(session.isHuman ? showList(session, found) : asLines(found))
  for (const { number, reason } of found.unreadable) {
    session.warn(`varve: backup ${number} cannot be read: ${reason}`)
  }
  if (found.unreadable.length > 0) return 2
  if (found.readable.length > 0) return 0
  session.warn(`varve: ${from} holds no backup`)
  return 1
}

function showList({ paint }: Session, { readable }: Generations): string {
  return showTable(
    [
      { title: 'backup', align: 'right' },
      { title: 'taken' },
      { title: 'objects', align: 'right' },
      { title: 'batches', align: 'right' },
      { title: '' },
    ],
    readable.map(each => [
      String(each.number),
      formatTime(each.takenMicros),
      showCount(each.objectCount),
      showCount(each.batchCount),
      each.lacking.length > 0 ? `lacks ${showCounted(each.lacking.length, 'object')}` : '',
    ]),
    title => paint('dim', title),
  )
}

function asLines({ readable }: Generations): string {
  return readable
    .map(({ number, archive, takenMicros, objectCount, batchCount, lacking }) => {
      const taken = formatTime(takenMicros)
      const told = { backup: number, archive, taken, objectCount, batchCount, lacking }
      return `${JSON.stringify(told)}\n`
    })
    .join('')
}

async function restoreFrom(
  session: Session,
  from: string,
  { generation, at }: RestoreCommandOptions,
): Promise<ExitCode> {
  const { signal } = session
  const archive = await session.openArchive('write')
  const note = new ProgressNote(session)
  const choice = {
    ...(generation !== undefined && { generation }),
    ...(at !== undefined && { atMicros: at }),
  }
  const report = await archive
    .restore(from, { ...choice, signal, progress: progress => note.show(showCopied(progress)) })
    .finally(() => note.end())
  await session.output.write(
    session.isHuman ? showRestored(report, from, session.storeUrl) : asLine(report),
  )
  await session.output.flush()
  for (const { key, reason } of report.lacking) session.warn(`varve: ${key}: ${reason}`)
  session.note(`backup: ${showReceipt(report.receipts.source)}`)
  session.note(`archive: ${showReceipt(report.receipts.destination)}`)
  return report.lacking.length > 0 ? 2 : 0
}

function showRestored(report: RestoreReport, from: string, store: string): string {
  const { generation, archive } = report
  const of = `backup ${generation.number} of ${from}, taken ${formatTime(generation.takenMicros)}`
  return `${store} is archive ${archive}: ${of}\n${showCopied(report)}\n`
}

function asLine({ generation, archive, ...report }: RestoreReport): string {
  const { copiedObjects, copiedBytes, lacking } = report
  const taken = formatTime(generation.takenMicros)
  const told = { backup: generation.number, of: generation.archive, taken, archive }
  return `${JSON.stringify({ ...told, copiedObjects, copiedBytes, lacking })}\n`
}
