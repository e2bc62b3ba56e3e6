import type { Command } from 'commander'
import { showExplanation } from '../explain.ts'
import { finish } from '../finish.ts'
import { addExplain, addSelection, type SelectionOptions, selectionOf } from '../options.ts'
import { showCounted } from '../render/figures.ts'
import { run } from '../run.ts'

export function addCount(program: Command): void {
  const command = program
    .command('count')
    .description('count the events that match a query')
    .argument('[query...]', 'as for search; without one, every event')
  addExplain(addSelection(command)).action(
    (words: string[], options: SelectionOptions, self: Command) =>
      run(self, async session => {
        const selection = selectionOf(session, words, options)
        const archive = await session.openArchive('read')
        if (options.explain) {
          return showExplanation(session, archive, { ...selection, question: 'count' })
        }
        const { count, ...end } = await archive.count(selection)
        const shown = session.json ? JSON.stringify({ count, receipt: end.receipt }) : String(count)
        await session.output.write(shown, '\n')
        return finish(session, end, count > 0, showCounted(count, 'event'))
      }),
  )
}
