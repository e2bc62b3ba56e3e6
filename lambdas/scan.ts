import type { Context } from 'aws-lambda'
import { settingsWith } from '../lib/core/settings.ts'
import { decodeOrder, type OrderJson } from '../lib/read/part-order.ts'
import { encodeReply, type ReplyJson } from '../lib/read/part-reply.ts'
import { scanPart } from '../lib/read/scan-part.ts'
import { archiveOfProcess } from './archive-of-process.ts'
import { endOf } from './call-end.ts'

const place = archiveOfProcess(async outside => ({
  ...outside,
  settings: settingsWith(),
  gigabytes: Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) / 1024,
}))

/** Looks through frames for the query function, which alone may call it. */
export async function handler(order: OrderJson, context: Context): Promise<ReplyJson> {
  return encodeReply(await scanPart(await place(), decodeOrder(order), endOf(context)))
}
