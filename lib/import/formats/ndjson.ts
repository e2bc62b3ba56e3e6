import type { Content, Format, FormatContext } from '../format.ts'
import { jsonTimeFields } from '../format.ts'
import { inspectObject } from '../json-object.ts'
import { eventsOfLines } from '../line-format.ts'
import { sampleLines } from '../lines.ts'
import { rawEvent } from '../text-event.ts'

/** One JSON object a line, passed on byte for byte. A line that is none becomes a raw event. */
export const ndjson: Format = {
  name: 'ndjson',
  summary: 'one JSON object a line (JSON Lines)',
  timeFields: jsonTimeFields,
  idFields: ['@id'],
  score: scoreOf,
  events: (content: Content, context: FormatContext) =>
    eventsOfLines(content, context, ({ bytes, number }) => {
      const inspected = inspectObject(bytes, jsonTimeFields)
      if (inspected.fault !== undefined) return rawEvent(bytes, number, inspected.fault)
      const { timeMicros } = inspected
      return { json: bytes, line: number, timeMicros, dated: timeMicros !== undefined }
    }),
}

function scoreOf(sample: Buffer): number {
  const lines = sampleLines(sample)
  if (lines.length === 0) return 0
  const objects = lines.filter(line => inspectObject(line, jsonTimeFields).fault === undefined)
  if (objects.length > 0) return objects.length / lines.length
  // One line longer than the sample: nothing but its beginning can tell.
  return lines.length === 1 && /^\s*\{\s*"/.test(sample.toString('latin1', 0, 64)) ? 0.5 : 0
}
