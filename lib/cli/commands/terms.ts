import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import type { AtLeast, TermsAnswer, TermsQuestion } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { addSelection, asCount, type SelectionOptions, selectionOf } from '../options.ts'
import { showAtLeast, showCount, showCounted } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { valueText } from '../render/value-text.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface TermsOptions extends SelectionOptions {
  readonly limit: number
}

export function addTerms(program: Command): void {
  const command = program
    .command('terms')
    .description('show the fields and values that a term occurs in')
    .argument('<term>', 'a word, "phrase", pattern* or address')
    .option('--limit <count>', 'most values shown of a field', asCount, 5)
  addSelection(command).action((term: string, { limit, ...options }: TermsOptions, self: Command) =>
    run(self, async session => {
      const { query: _, ...selection } = selectionOf(session, [term], options)
      const archive = await session.openArchive('read')
      return showTerms(session, archive, { ...selection, term, limit })
    }),
  )
}

/** Asks and shows: a table to a person, a line a field to a program. */
async function showTerms(
  session: Session,
  archive: Archive,
  question: TermsQuestion,
): Promise<ExitCode> {
  const answer = await archive.terms(question)
  await session.output.write(session.isHuman ? asTable(session, answer) : asLines(answer))
  const events = showCounted(answer.count, 'event')
  const summary = `${events} in ${showCounted(answer.fields.length, 'field')}`
  return finish(session, answer, answer.count > 0, summary)
}

function asLines({ fields }: TermsAnswer): string {
  return fields
    .map(({ field, count, distinct, tokens }) => {
      const head = JSON.stringify({ field, count, distinct: distinctJson(distinct) })
      const items = tokens.map(each => `{"value":${each.value},"count":${each.count}}`)
      return `${head.slice(0, -1)},"tokens":[${items}]}\n`
    })
    .join('')
}

/** As the HTTP API has it. */
export function distinctJson({ least, isExact }: AtLeast) {
  return { least, exact: isExact }
}

function asTable({ paint }: Session, { fields }: TermsAnswer): string {
  if (fields.length === 0) return ''
  return showTable(
    [{ title: 'field' }, { title: 'events', align: 'right' }, { title: 'values', align: 'right' }],
    fields.flatMap(({ field, count, distinct, tokens }) => [
      [field, showCount(count), showAtLeast(distinct)],
      ...tokens.map(token => [`  ${valueText(token.value)}`, showCount(token.count)]),
    ]),
    title => paint('dim', title),
  )
}
