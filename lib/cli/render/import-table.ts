import type { ImportReport } from '../../import/import-file.ts'
import type { FileOutcome } from '../import-files.ts'
import { showBytes, showCount, showCounted, showMillis } from './figures.ts'
import type { Paint } from './paint.ts'
import { showTable } from './table.ts'

/** A line a file: where its events went, how many there are, and what became of the rest. */
export function showOutcomes(outcomes: readonly FileOutcome[], paint: Paint): string {
  return showTable(
    [
      { title: 'file' },
      { title: 'format' },
      { title: 'stream' },
      { title: 'stored', align: 'right' },
      { title: 'raw', align: 'right' },
      { title: 'rejected', align: 'right' },
      { title: '' },
    ],
    outcomes.map(showOutcome),
    title => paint('dim', title),
  )
}

function showOutcome(outcome: FileOutcome): readonly string[] {
  const { path } = outcome
  if ('failure' in outcome) return [path, '', '', '', '', '', 'failed']
  const { report } = outcome
  const { totals } = report
  // An empty file has no format, and no stream begins with it.
  const files = report.files.filter(({ events }) => events > 0)
  if (report.alreadyImported) {
    const before = `${showCounted(totals.events, 'event')} imported before`
    return [path, '', '', '0', '', '', before]
  }
  return [
    path,
    oneOrCount(
      files.map(({ format }) => format),
      'formats',
    ),
    oneOrCount(
      files.map(({ stream }) => stream),
      'streams',
    ),
    showCount(report.events),
    showCount(totals.errors),
    showCount(totals.rejected),
    showEffort(report),
  ]
}

function showEffort({ sizeBytes, millis, faults, filesCount }: ImportReport): string {
  const of = filesCount > 1 ? ` of ${showCounted(filesCount, 'file')}` : ''
  const damaged = faults.length > 0 ? ', damaged' : ''
  return `${showBytes(sizeBytes)}${of} in ${showMillis(millis)}${damaged}`
}

/** The one name that all are, or how many there are. */
function oneOrCount(names: readonly string[], plural: string): string {
  const different = new Set(names)
  return different.size <= 1 ? (names[0] ?? '') : `${different.size} ${plural}`
}
