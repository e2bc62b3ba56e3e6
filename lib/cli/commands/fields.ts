import type { Command } from 'commander'
import type { FieldsAnswer } from '../../read/question.ts'
import { finish } from '../finish.ts'
import { addSelection, asCount, type SelectionOptions, selectionOf } from '../options.ts'
import { showAtLeast, showCount, showCounted } from '../render/figures.ts'
import { showTable } from '../render/table.ts'
import { valueText } from '../render/value-text.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'
import { distinctJson } from './terms.ts'

interface FieldsOptions extends SelectionOptions {
  readonly limit: number
}

export function addFields(program: Command): void {
  const command = program
    .command('fields')
    .description('list the fields that events have, with examples of their values')
    .argument('[query...]', 'of which events; as for search')
    .option('--limit <count>', 'most examples of a field', asCount, 3)
  addSelection(command).action(
    (words: string[], { limit, ...options }: FieldsOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        const answer = await archive.fields({ ...selection, limit })
        await session.output.write(session.isHuman ? asTable(session, answer) : asLines(answer))
        const events = showCounted(answer.count, 'event')
        const summary = `${showCounted(answer.fields.length, 'field')} in ${events}`
        return finish(session, answer, answer.fields.length > 0, summary)
      }),
  )
}

function asLines({ fields }: FieldsAnswer): string {
  return fields
    .map(({ examples, distinct, ...field }) => {
      const head = JSON.stringify({ ...field, distinct: distinctJson(distinct) })
      return `${head.slice(0, -1)},"examples":[${examples}]}\n`
    })
    .join('')
}

function asTable({ paint }: Session, { fields }: FieldsAnswer): string {
  if (fields.length === 0) return ''
  return showTable(
    [
      { title: 'field' },
      { title: 'events', align: 'right' },
      { title: 'kind' },
      { title: 'values', align: 'right' },
      { title: 'such as' },
    ],
    fields.map(({ field, count, kinds, distinct, examples }) => [
      field,
      showCount(count),
      kinds.join(' '),
      showAtLeast(distinct),
      examples.map(each => valueText(each, 30)).join(' · '),
    ]),
    title => paint('dim', title),
  )
}
