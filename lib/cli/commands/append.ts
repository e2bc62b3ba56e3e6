import type { Command } from 'commander'
import type { AppendReceipt, Archive } from '../../archive.ts'
import { makeBatchId } from '../../core/batch-id.ts'
import { ArchiveError, type ErrorDetail } from '../../core/errors.ts'
import { defaultSettings } from '../../core/settings.ts'
import { asStreamName } from '../../core/stream-name.ts'
import { batchLines, type LineBatch } from '../line-batches.ts'
import { showCounted } from '../render/figures.ts'
import { run } from '../run.ts'
import type { Session } from '../session.ts'

interface AppendOptions {
  readonly strict?: boolean
  readonly key?: string
}

const limits = {
  eventsMax: 10_000,
  bytesMax: 4 * 1024 * 1024,
  lineBytesMax: defaultSettings.eventBytesMax,
}
const waitMillisMax = 1000

interface Total {
  accepted: number
  rejected: number
  readonly errors: ErrorDetail[]
}

export function addAppend(program: Command): void {
  program
    .command('append')
    .description('append events from standard input, one JSON object a line')
    .argument('<stream>', 'of the events that name none in @stream')
    .option('--strict', 'refuse a whole batch for one bad line, and end there')
    .option('--key <key>', 'idempotency key; the input must fit one batch')
    .action((stream: string, options: AppendOptions, self: Command) =>
      run(self, session => append(session, asStreamName(stream), options)),
    )
}

async function append(
  session: Session,
  stream: string,
  options: AppendOptions,
): Promise<0 | 1 | 2> {
  const archive = await session.openArchive('write')
  const total: Total = { accepted: 0, rejected: 0, errors: [] }
  try {
    for await (const batch of batchesOf(session, options.key)) {
      const request = {
        lines: batch.lines,
        stream,
        key: options.key ?? makeBatchId(session.clock, session.random),
        strict: options.strict ?? false,
      }
      addUp(total, await appendSurely(session, archive, request), batch)
    }
  } finally {
    await session.output.write(JSON.stringify(total), '\n')
  }
  const rejected = showCounted(total.rejected, 'line')
  session.note(`${showCounted(total.accepted, 'event')} stored, ${rejected} rejected`)
  return total.rejected > 0 ? 2 : total.accepted > 0 ? 0 : 1
}

/** The batches of standard input; with a key of the user's there may be only one. */
async function* batchesOf(session: Session, key: string | undefined): AsyncGenerator<LineBatch> {
  if (key === undefined) {
    const timed = { ...limits, waitMillisMax }
    yield* batchLines(process.stdin, timed, session.clock, session.signal)
    return
  }
  let only: LineBatch | undefined
  for await (const batch of batchLines(process.stdin, limits, session.clock, session.signal)) {
    if (only) {
      throw new ArchiveError(
        'too-large',
        `with --key the input must fit one batch of ${limits.eventsMax} events and ` +
          `${limits.bytesMax} bytes; nothing was stored`,
      )
    }
    only = batch
  }
  if (only) yield only
}

type Request = Parameters<Archive['append']>[0]

/** The same batch under the same key until the store answers: a retry makes no second copy. */
async function appendSurely(
  session: Session,
  archive: Archive,
  request: Request,
): Promise<AppendReceipt> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await archive.append(request)
    } catch (error) {
      const passing = error instanceof ArchiveError && error.code === 'unavailable'
      if (!passing || attempt >= defaultSettings.putAttemptsMax || session.interrupted) throw error
      session.note(`varve: ${error.message}; trying again`)
      const pauseMillis = defaultSettings.retryPauseMillis * 2 ** attempt
      await session.clock.sleep((error.retryAfterSeconds ?? 0) * 1000 || pauseMillis)
    }
  }
}

function addUp(total: Total, receipt: AppendReceipt, batch: LineBatch): void {
  total.accepted += receipt.accepted
  total.rejected += receipt.rejected
  const room = defaultSettings.errorDetailsMax - total.errors.length
  for (const error of receipt.errors.slice(0, room)) {
    const { line } = error
    total.errors.push(line === undefined ? error : { ...error, line: line + batch.firstLine - 1 })
  }
}
