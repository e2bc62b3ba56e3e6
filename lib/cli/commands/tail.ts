import type { Command } from 'commander'
import type { Archive } from '../../archive.ts'
import type { FollowQuestion, Receipt } from '../../read/question.ts'
import { addTimeZone, selectionOf } from '../options.ts'
import { showDamage } from '../render/damage.ts'
import { eventLines } from '../render/event-line.ts'
import { showCounted } from '../render/figures.ts'
import { addReceipts, showReceipt } from '../render/receipt.ts'
import { timesIn } from '../render/zoned-time.ts'
import { type ExitCode, run } from '../run.ts'
import type { Session } from '../session.ts'

interface TailOptions {
  readonly stream?: string
  readonly tz: string
}

export function addTail(program: Command): void {
  const command = program
    .command('tail')
    .description('show events as they are appended from now on, until Ctrl-C')
    .argument('[query...]', 'as for search; without one, every event')
    .option('--stream <glob>', 'only these streams: web/*, user/**')
  addTimeZone(command).action((words: string[], { tz, ...options }: TailOptions, self: Command) =>
    run(self, async session => {
      const { query, stream } = selectionOf(session, words, options)
      const archive = await session.openArchive('read')
      const question = {
        signal: session.signal,
        ...(query !== undefined && { query }),
        ...(stream !== undefined && { stream }),
      }
      return showTail(session, archive, question, tz)
    }),
  )
}

/**
 * Interrupted is how it ends: that is no failure, events that cannot be read are one. What the
 * looks cost is told then.
 */
async function showTail(
  session: Session,
  archive: Archive,
  question: FollowQuestion,
  timeZone: string,
): Promise<ExitCode> {
  const { paint, columns, isHuman, output } = session
  const line = eventLines({ showTime: timesIn(timeZone), paint, columns })
  let shown = 0
  let isWhole = true
  let cost: Receipt | undefined
  session.note('varve: following; Ctrl-C ends it')
  try {
    for await (const news of archive.follow(question)) {
      const { hits, missedBatches, complete, receipt, damage } = news
      for (const hit of hits) {
        await output.write(...(isHuman ? [line(hit)] : [hit.line, '\n']))
      }
      shown += hits.length
      cost = cost ? addReceipts(cost, receipt) : receipt
      const batches = showCounted(missedBatches, 'batch', 'batches')
      if (missedBatches > 0) session.warn(`varve: ${batches} folded unseen; search finds them`)
      for (const each of showDamage(damage, timesIn(timeZone))) session.warn(each)
      isWhole &&= damage.length === 0
      if (!complete) session.warn(`varve: too many events at once; search finds the rest`)
    }
  } catch (error) {
    if (!session.signal.aborted) throw error
  }
  await output.flush()
  if (cost) session.note(`${showCounted(shown, 'event')} · ${showReceipt(cost)}`)
  return isWhole ? 0 : 2
}
