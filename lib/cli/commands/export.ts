import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Archive } from '../../archive.ts'
import type { Damage, Order, SearchQuestion, Selection } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { joinParts, type Show, writeHits } from '../hits.ts'
import { addSelection, type SelectionOptions, selectionOf } from '../options.ts'
import { csvLine, csvLines } from '../render/csv.ts'
import { showCounted } from '../render/figures.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface ExportOptions extends SelectionOptions {
  readonly format: 'ndjson' | 'csv'
  readonly fields?: readonly string[]
  readonly order: Order
  readonly cursor?: string
}

export function addExport(program: Command): void {
  const format = new Option('--format <format>', 'how events are written').choices([
    'ndjson',
    'csv',
  ])
  const order = new Option('--order <order>', 'oldest or newest first').choices(['asc', 'desc'])
  const command = program
    .command('export')
    .description('write all events that match a query, however many')
    .argument('[query...]', 'as for search; without one, every event')
    .addOption(format.default('ndjson'))
    .option('--fields <fields>', 'columns of CSV, separated by commas (default: all)', asFields)
    .addOption(order.default('asc'))
    .option('--cursor <cursor>', 'go on where an export broke off')
  addSelection(command).action((words: string[], options: ExportOptions, self: Command) =>
    run(self, async session => {
      const { format, fields, order, cursor, ...selecting } = options
      const selection = selectionOf(session, words, selecting)
      const archive = await session.openArchive('read')
      const question = { ...selection, order, ...(cursor !== undefined && { cursor }) }
      if (format === 'ndjson') {
        return exportAs(session, archive, question, { damage: [], show: hit => [hit.line, '\n'] })
      }
      const { columns, damage } = fields
        ? { columns: fields, damage: [] }
        : await allFields(archive, selection)
      if (cursor === undefined) await session.output.write(csvLine(columns))
      const line = csvLines(columns)
      return exportAs(session, archive, question, { damage, show: hit => [line(hit)] })
    }),
  )
}

/** An export of hours outlives an outage of minutes. */
const attemptsMax = 8

/** How events are written, and what could not be read to find that out. */
interface Form {
  readonly show: Show
  readonly damage: readonly Damage[]
}

async function exportAs(
  session: Session,
  archive: Archive,
  question: SearchQuestion,
  { damage, show }: Form,
): Promise<ExitCode> {
  const { shown, end: found } = await writeHits(session, archive, question, show, attemptsMax)
  const end = { ...found, damage: joinParts(damage, found.damage) }
  return finish(session, end, shown > 0, showCounted(shown, 'event'))
}

/** All there are, those that every event has first. */
async function allFields(
  archive: Archive,
  selection: Selection,
): Promise<{ readonly columns: readonly string[]; readonly damage: readonly Damage[] }> {
  const { fields, damage } = await archive.fields(selection)
  const names = fields.map(({ field }) => field).filter(name => name !== '@id')
  return { columns: ['@time', '@stream', '@id', ...names], damage }
}

function asFields(text: string): readonly string[] {
  const fields = text.split(',').filter(Boolean)
  if (fields.length > 0) return fields
  throw new InvalidArgumentError('Expected names of fields, separated by commas.')
}
