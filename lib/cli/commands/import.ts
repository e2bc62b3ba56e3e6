import { type Command, InvalidArgumentError } from 'commander'
import type { FileOutcome } from '../import-files.ts'
import { showOutcomes } from '../render/import-table.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface ImportCommandOptions {
  readonly stream?: string
  readonly format?: string
  readonly year?: number
  readonly again?: boolean
}

const findingsShownMax = 5

export function addImport(program: Command): void {
  program
    .command('import')
    .description('import log files, each once: importing again stores nothing twice')
    .argument('<file...>', 'also .gz, .zst and .tar; a folder means all below it; - standard input')
    .option('--stream <name>', 'stream of all events (default: from the name of the file)')
    .option('--format <name>', 'format of the files (default: told from their content)')
    .option('--year <year>', 'year of the first line, where times have none', asYear)
    .option('--again', 'store a file once more that was imported before')
    .action((paths: string[], options: ImportCommandOptions, self: Command) =>
      run(self, session => importAll(session, paths, options)),
    )
}

async function importAll(
  session: Session,
  paths: readonly string[],
  options: ImportCommandOptions,
): Promise<ExitCode> {
  const { importFiles } = await import('../import-files.ts')
  const opened = await session.openStoredArchive('write')
  const outcomes: FileOutcome[] = []
  try {
    for await (const outcome of importFiles(session, opened, paths, options)) {
      outcomes.push(outcome)
      warnOf(session, outcome)
      if (!session.isHuman) await session.output.write(asLine(outcome))
    }
  } finally {
    if (session.interrupted) {
      session.warn('varve: interrupted; importing the same files again goes on from here')
    }
    if (session.isHuman && outcomes.length > 0) {
      await session.output.write(showOutcomes(outcomes, session.paint))
    }
  }
  return outcomes.every(isWhole) ? 0 : 2
}

function isWhole(outcome: FileOutcome): boolean {
  if ('failure' in outcome) return false
  const { faults, totals } = outcome.report
  return faults.length === 0 && totals.rejected === 0
}

function asLine(outcome: FileOutcome): string {
  const { path: file } = outcome
  if ('failure' in outcome) return `${JSON.stringify({ file, failure: outcome.failure })}\n`
  const { events, totals, alreadyImported, files, filesCount, findings, faults } = outcome.report
  const filled = files.filter(each => each.events > 0)
  const line = {
    file,
    stored: events,
    raw: alreadyImported ? 0 : totals.errors,
    rejected: alreadyImported ? 0 : totals.rejected,
    alreadyImported,
    filesCount,
    formats: distinct(filled.map(({ format }) => format)),
    streams: distinct(filled.map(({ stream }) => stream)),
    findings,
    faults,
  }
  return `${JSON.stringify(line)}\n`
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

/** Says what could not be imported as it was, with file and line. */
function warnOf(session: Session, outcome: FileOutcome): void {
  if ('failure' in outcome) {
    session.warn(`varve: ${outcome.failure}`)
    return
  }
  const { findings, faults, totals, alreadyImported, yearsFound } = outcome.report
  for (const fault of faults) session.warn(`varve: ${fault}`)
  if (alreadyImported) return
  if (yearsFound.length > 0) {
    const years = [...yearsFound].sort().join(' and ')
    session.note(
      `varve: ${outcome.path}: its times have no year and were taken for ${years} (--year)`,
    )
  }
  for (const { file, line, detail, outcome: fate } of findings.slice(0, findingsShownMax)) {
    session.warn(`varve: ${file}, line ${line}: ${detail} (${fates[fate]})`)
  }
  const others = totals.rejected + totals.errors - findingsShownMax
  if (others > 0) session.warn(`varve: ${outcome.path}: and ${others} more such lines`)
}

const fates = { raw: 'kept as a raw event with @error', rejected: 'not stored' } as const

function asYear(text: string): number {
  if (/^(19[7-9]|2[01]\d|22[0-4])\d$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a year from 1970 to 2249.')
}
