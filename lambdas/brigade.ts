import type { Context, ScheduledEvent, SQSEvent } from 'aws-lambda'
import { type BrigadeReport, openArchive } from '../lib/archive.ts'
import { archiveOfProcess } from './archive-of-process.ts'

const archive = archiveOfProcess(openArchive)

/** The part of a call's time after which no further job is begun. */
const workShare = 0.8

/**
 * One member of the brigade works until nothing is left to do or most of its time is over. Who woke
 * it, the schedule or notifications of fresh batches, makes no difference: the listing tells what
 * to do.
 */
export async function handler(
  _call: ScheduledEvent | SQSEvent,
  context: Context,
): Promise<BrigadeReport> {
  const end = AbortSignal.timeout(Math.floor(context.getRemainingTimeInMillis() * workShare))
  const report = await (await archive()).brigadeOnce(end)
  // Begins with what the metric filter of the archive's stack looks for.
  for (const what of report.damaged) console.error(`damaged: ${what}`)
  for (const reason of report.unprunedReasons) console.warn(`not pruned: ${reason}`)
  return report
}
