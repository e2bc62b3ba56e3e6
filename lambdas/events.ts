import type { Context } from 'aws-lambda'
import { openFront } from '../lib/archive.ts'
import { settingsWith } from '../lib/core/settings.ts'
import { parseLandings } from '../lib/sources/landings.ts'
import { type CallReport, storeCall } from '../lib/sources/store-call.ts'
import { S3Objects } from '../lib/store/s3-objects.ts'
import { archiveOfProcess } from './archive-of-process.ts'
import { endOf } from './call-end.ts'

const place = archiveOfProcess(async options => ({
  ...options,
  archive: await openFront(options),
  objects: new S3Objects(options),
  settings: settingsWith(),
  landings: parseLandings(process.env.VARVE_LANDINGS),
  deadLetterArn: process.env.VARVE_DEAD_LETTERS,
}))

/** Stores what CloudWatch Logs, S3, SQS, SNS, Kinesis, DynamoDB and EventBridge send. */
export async function handler(call: unknown, context: Context): Promise<CallReport> {
  return storeCall(await place(), call, endOf(context), (failureId, error) => {
    console.error({ failureId, error })
  })
}
