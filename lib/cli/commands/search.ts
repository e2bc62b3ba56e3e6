import type { Command } from 'commander'
import { showExplanation } from '../explain.ts'
import { showHits } from '../hits.ts'
import {
  addExplain,
  addPage,
  addSelection,
  addTimeZone,
  type PageOptions,
  type SelectionOptions,
  selectionOf,
} from '../options.ts'
import { run } from '../run.ts'

type SearchOptions = SelectionOptions & PageOptions

export function addSearch(program: Command): void {
  const command = program
    .command('search')
    .description('show the events that match a query, newest first')
    .argument('[query...]', 'words, "phrases", field:value, ranges, CIDR, AND OR NOT ()')
  addTimeZone(addPage(addExplain(addSelection(command)))).action(
    (words: string[], options: SearchOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        if (options.explain) {
          return showExplanation(session, archive, {
            ...selection,
            question: 'search',
            ...(options.limit !== undefined && { limit: options.limit }),
          })
        }
        return (await showHits(session, archive, selection, options)).exitCode
      }),
  )
}
