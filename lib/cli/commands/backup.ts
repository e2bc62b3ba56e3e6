import type { Command } from 'commander'
import type { BackupReport } from '../../archive.ts'
import { formatTime } from '../../core/time.ts'
import { demandCapable } from '../open.ts'
import { asCount } from '../options.ts'
import { ProgressNote } from '../progress-note.ts'
import { showCopied, showCounted } from '../render/figures.ts'
import { showReceipt } from '../render/receipt.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface BackupCommandOptions {
  readonly keep?: number
  readonly keepDays?: number
}

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copy the archive to another store; what is there already stays')
    .argument('<destination>', 'file:DIR or s3://BUCKET/PREFIX, for this archive alone')
    .option('--keep <count>', 'drop all but so many of the newest backups', asCount)
    .option('--keep-days <days>', 'drop backups older than that, but for those --keep', asCount)
    .action((destination: string, options: BackupCommandOptions, self: Command) =>
      run(self, session => backUpTo(session, destination, options)),
    )
}

async function backUpTo(
  session: Session,
  destination: string,
  options: BackupCommandOptions,
): Promise<ExitCode> {
  const archive = await session.openArchive('read')
  const { openStore } = await import('../../store/open-store.ts')
  const to = await openStore(destination, session)
  await demandCapable(to, session.random)
  const note = new ProgressNote(session)
  const { signal } = session
  const report = await archive
    .backup(to, { ...options, signal, progress: progress => note.show(showCopied(progress)) })
    .finally(() => note.end())
  await session.output.write(
    session.isHuman ? showBackup(report, session.storeUrl, destination) : asLine(report),
  )
  await session.output.flush()
  warnOf(session, report)
  session.note(`source: ${showReceipt(report.receipts.source)}`)
  session.note(`backup: ${showReceipt(report.receipts.destination)}`)
  return report.generation.lacking.length > 0 || report.isDroppingHeld ? 2 : 0
}

function asLine({ generation, receipts: _receipts, ...done }: BackupReport): string {
  const { number, archive, takenMicros, objectCount, batchCount, lacking } = generation
  const taken = formatTime(takenMicros)
  const told = { backup: number, archive, taken, objectCount, batchCount, lacking }
  return `${JSON.stringify({ ...told, ...done })}\n`
}

function showBackup(report: BackupReport, store: string, destination: string): string {
  const { generation, dropped, deletedObjects } = report
  const { number, takenMicros, objectCount, batchCount } = generation
  const lines = [
    `backup ${number} of ${store} at ${destination}, taken ${formatTime(takenMicros)}`,
    `${showCounted(objectCount, 'sealed object')}, ` +
      `${showCounted(batchCount, 'fresh batch', 'fresh batches')}; ` +
      showCopied(report),
  ]
  for (const { number: gone, because } of dropped) {
    const why = because === 'keep' ? 'past what is kept' : 'it held what has been erased since'
    lines.push(`dropped backup ${gone}: ${why}`)
  }
  if (deletedObjects > 0) lines.push(`deleted ${showCounted(deletedObjects, 'object')}`)
  return `${lines.join('\n')}\n`
}

function warnOf(session: Session, { generation, isDroppingHeld }: BackupReport): void {
  for (const { key, reason } of generation.lacking) session.warn(`varve: ${key}: ${reason}`)
  if (generation.lacking.length > 0) {
    session.warn(
      `varve: the backup is incomplete: ${showCounted(generation.lacking.length, 'object')} of ` +
        'the archive cannot be read; the next backup tries again',
    )
  }
  if (isDroppingHeld) {
    session.warn('varve: nothing was deleted: a backup that is kept cannot be read')
  }
}
