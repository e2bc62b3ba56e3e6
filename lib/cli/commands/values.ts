import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import type { ValuesAnswer, ValuesQuestion } from '../../read/question.ts'
import { showExplanation } from '../explain.ts'
import { finish } from '../finish.ts'
import {
  addExplain,
  addSelection,
  asCount,
  type SelectionOptions,
  selectionOf,
} from '../options.ts'
import { bar } from '../render/bars.ts'
import { showCount, showCounted } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { valueText } from '../render/value-text.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface ValuesOptions extends SelectionOptions {
  readonly limit: number
}

const barWidth = 20

export function addValues(program: Command): void {
  const command = program
    .command('values')
    .description('show the most frequent values of a field')
    .argument('<field>', 'its path, such as userIdentity.arn')
    .argument('[query...]', 'of which events; as for search')
    .option('--limit <count>', 'most values shown', asCount, 10)
  addExplain(addSelection(command)).action(
    (field: string, words: string[], { limit, ...options }: ValuesOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        if (options.explain) {
          return showExplanation(session, archive, { ...selection, question: 'values' })
        }
        return showValues(session, archive, { ...selection, field, limit })
      }),
  )
}

/** Asks and shows: a table to a person, a line a value to a program. */
export async function showValues(
  session: Session,
  archive: Archive,
  question: ValuesQuestion,
): Promise<ExitCode> {
  const answer = await archive.values(question)
  await session.output.write(session.isHuman ? asTable(session, answer) : asLines(answer))
  const events = showCounted(answer.count, 'event')
  const summary = `${showCounted(answer.distinct, 'value')} in ${events}`
  return finish(session, answer, answer.values.length > 0, summary)
}

function asLines({ values }: ValuesAnswer): string {
  return values.map(({ value, count }) => `{"value":${value},"count":${count}}\n`).join('')
}

function asTable({ paint }: Session, { values, count }: ValuesAnswer): string {
  if (values.length === 0) return ''
  const highest = values[0]?.count ?? 0
  return showTable(
    [
      { title: 'value' },
      { title: 'events', align: 'right' },
      { title: 'share', align: 'right' },
      { title: '' },
    ],
    values.map(each => [
      valueText(each.value),
      showCount(each.count),
      `${((each.count / count) * 100).toFixed(1)} %`,
      bar(each.count, highest, barWidth),
    ]),
    title => paint('dim', title),
  )
}
