import type { ErrorDetail } from '../../lib/core/errors.ts'
import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import { ownerOfBucket } from '../../lib/store/keys.ts'
import { Batch, type SealedBatch } from '../../lib/write/batch.ts'
import { EventReader } from '../../lib/write/event-reader.ts'
import { linesOfBucket } from './bucket-lines.ts'

export const testBatchId = '01KAF1VG0000000000000000AB'
/** Time and stream of events that name none. */
export const stampMicros = 1_795_132_800_000_000
export const stampStream = 'stamped'

export interface Sealed extends SealedBatch {
  readonly lines: string[]
  readonly faults: ErrorDetail[]
}

/** One batch of these events, as the appender makes one. */
export function sealEvents(events: readonly string[], settings: Partial<Settings> = {}): Sealed {
  const batch = new Batch(settingsWith(settings))
  const reader = new EventReader()
  const faults: ErrorDetail[] = []
  for (const event of events) {
    // The event lies between others, as in a body.
    const bytes = Buffer.from(`{"€":1}\n${event}\n{"@id":"other"}`)
    const start = Buffer.byteLength('{"€":1}\n')
    const end = start + Buffer.byteLength(event)
    const fault = reader.read(bytes, start, end)
    if (fault) faults.push(fault)
    else {
      const { timeMicros = stampMicros, stream = stampStream } = reader
      batch.add(bytes, start, end, reader, timeMicros, stream)
    }
  }
  batch.checkLimits()
  if (batch.eventCount === 0) return { ...empty, faults }
  const sealed = batch.seal(testBatchId)
  return { ...sealed, lines: linesOfBucket(sealed.bytes, ownerOfBucket(sealed.key)), faults }
}

const empty = { key: '', bytes: Buffer.alloc(0), eventCount: 0, lines: [] }
