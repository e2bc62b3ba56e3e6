import type { FieldColumn } from './field-column.ts'
import {
  type ColumnPlace,
  fieldsAt,
  mayHaveOthers,
  readColumn,
  readFrameEvents,
  type Summary,
  type SummaryBlock,
} from './summary.ts'
import type { FrameFacts } from './summary-bounds.ts'

/** What a summary's head tells of its whole run, as if that were one frame. */
export function factsOfRun(summary: Summary): FrameFacts {
  return {
    frameEvents: Float64Array.of(summary.eventCount),
    columnsAt: path =>
      mayHaveOthers(summary, path) ? undefined : fieldsAt(summary, path).map(field => field.total),
  }
}

/** The blocks that tell of a stripe's frames all that is known at or below these paths. */
export function blocksOfStripe(
  summary: Summary,
  stripe: number,
  paths: readonly string[],
): ReadonlySet<SummaryBlock> {
  const fields = paths.flatMap(path =>
    mayHaveOthers(summary, path) ? [] : fieldsAt(summary, path),
  )
  const places = [summary.eventColumns[stripe]!, ...fields.map(field => field.columns[stripe]!)]
  return new Set(places.filter(isFilled).map(place => place.block))
}

function isFilled(place: ColumnPlace): boolean {
  return place.start < place.end
}

/**
 * What the frames of a stripe tell; `blockOf` gives blocks of `blocksOfStripe`, unpacked. Throws
 * `corrupt`.
 */
export function factsOfStripe(
  summary: Summary,
  stripe: number,
  blockOf: (block: SummaryBlock) => Buffer,
): FrameFacts {
  const eventsBlock = blockOf(summary.eventColumns[stripe]!.block)
  const frameEvents = readFrameEvents(summary, stripe, eventsBlock)
  const read = new Map<string, readonly FieldColumn[] | undefined>()
  const readAt = (path: string) => {
    if (mayHaveOthers(summary, path)) return undefined
    return fieldsAt(summary, path).map(field => {
      const place = field.columns[stripe]!
      const block = isFilled(place) ? blockOf(place.block) : Buffer.alloc(0)
      return readColumn(field, stripe, block, frameEvents)
    })
  }
  return {
    frameEvents,
    columnsAt: path => {
      if (!read.has(path)) read.set(path, readAt(path))
      return read.get(path)
    },
  }
}
