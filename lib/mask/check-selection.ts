import type { EventSelection } from '../catalog/catalog.ts'
import { ArchiveError } from '../core/errors.ts'
import { isGlob } from '../core/glob.ts'
import { streamNameFault } from '../core/stream-name.ts'
import { requireQuery } from '../query/parse-query.ts'

/** The selection without what it leaves open. Throws `invalid` for one that cannot be meant. */
export function checkSelection(selection: EventSelection): EventSelection {
  const { stream, startMicros, endMicros, query } = selection
  if (stream !== undefined) checkStream(stream)
  checkTime('/startMicros', startMicros)
  checkTime('/endMicros', endMicros)
  if (startMicros !== undefined && endMicros !== undefined && startMicros >= endMicros) {
    throw invalid('/endMicros', `the range ends at ${endMicros}, not after ${startMicros}`)
  }
  const isOpen = query === undefined || requireQuery(query).kind === 'all'
  return {
    ...(stream !== undefined && { stream }),
    ...(startMicros !== undefined && { startMicros }),
    ...(endMicros !== undefined && { endMicros }),
    ...(!isOpen && { query }),
  }
}

function checkStream(stream: unknown): void {
  if (typeof stream === 'string' && isGlob(stream)) return
  const fault = streamNameFault(stream)
  if (fault) throw invalid('/stream', fault)
}

function checkTime(pointer: string, micros: unknown): void {
  if (micros === undefined || Number.isSafeInteger(micros)) return
  throw invalid(pointer, `${micros} is no time in microseconds`)
}

function invalid(pointer: string, detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}
