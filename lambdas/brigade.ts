import type { Context, ScheduledEvent, SQSEvent } from 'aws-lambda'
import { type BrigadeReport, openArchive } from '../lib/archive.ts'
import { systemClock } from '../lib/core/clock.ts'
import { archiveOfProcess } from './archive-of-process.ts'
import { shiftSettings, takeShift } from './shift.ts'
import { wakeAgain } from './wake-again.ts'

const archive = archiveOfProcess(outside =>
  openArchive({
    ...outside,
    settings: shiftSettings(Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 512)),
  }),
)

/** Called by the schedule, and by the queue with notifications of fresh batches. */
export async function handler(
  call: ScheduledEvent | SQSEvent,
  context: Context,
): Promise<BrigadeReport> {
  const tidies = !('Records' in call)
  const wakeAnother = async () => {
    if (process.env.VARVE_QUEUE_URL) await wakeAgain(process.env.VARVE_QUEUE_URL, systemClock)
  }
  const report = await takeShift(await archive(), { tidies }, context, systemClock, wakeAnother)
  // Begins with what the metric filter of the archive's stack looks for.
  for (const what of report.damaged) console.error(`damaged: ${what}`)
  for (const reason of report.unprunedReasons) console.warn(`not pruned: ${reason}`)
  return report
}
