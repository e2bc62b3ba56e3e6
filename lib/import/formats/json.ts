import type { Content, Format, FormatContext, Found } from '../format.ts'
import { jsonTimeFields } from '../format.ts'
import { type Element, ElementSplitter, type Opening } from '../json-elements.ts'
import { inspectObject } from '../json-object.ts'
import { cutOff, rejectedLine } from '../line-format.ts'
import { rawEvent } from '../text-event.ts'

/**
 * A JSON array of objects, or objects over several lines one after another, as `jq` prints them.
 */
export const json: Format = {
  name: 'json',
  summary: 'a JSON array of objects, or objects one after another over several lines',
  timeFields: jsonTimeFields,
  idFields: ['@id'],
  score(sample) {
    if (/^\s*\[\s*[{\]]/.test(textOf(sample))) return 1
    return /^\s*\{\s*["}]/.test(textOf(sample)) ? 0.45 : 0
  },
  events: (content, context) =>
    elementEvents(content, context, beginsArray(content) ? /^\s*\[$/ : undefined, jsonTimeFields),
}

const cloudtrailTimeFields = ['@time', 'eventTime']

/** A file as CloudTrail delivers it to S3: `{"Records":[…]}`; its records bring their `eventID`. */
export const cloudtrail: Format = {
  name: 'cloudtrail',
  summary: 'AWS CloudTrail files, {"Records":[…]}',
  timeFields: cloudtrailTimeFields,
  idFields: ['@id', 'eventID'],
  score: sample => (/^\s*\{\s*"Records"\s*:\s*\[/.test(textOf(sample)) ? 1 : 0),
  events: (content, context) =>
    elementEvents(content, context, /^\s*\{\s*"Records"\s*:\s*\[$/, cloudtrailTimeFields),
}

function textOf(sample: Buffer): string {
  return sample.toString('latin1', 0, 4096)
}

function beginsArray(content: Content): boolean {
  return textOf(content.sample).trimStart().startsWith('[')
}

async function* elementEvents(
  content: Content,
  context: FormatContext,
  opening: Opening | undefined,
  timeFields: readonly string[],
): AsyncGenerator<Found[]> {
  const splitter = new ElementSplitter(opening, context.eventBytesMax)
  for await (const chunk of content.chunks) {
    const found: Found[] = []
    try {
      for (const element of splitter.push(chunk)) {
        found.push(eventOf(element, context, timeFields))
      }
    } finally {
      // What was complete before the fault counts.
      yield found
    }
  }
  if (!content.damaged()) splitter.end()
  else if (splitter.unfinishedLine !== undefined) yield [cutOff(splitter.unfinishedLine)]
}

function eventOf(
  { bytes, number, tooLongBytes }: Element,
  context: FormatContext,
  timeFields: readonly string[],
): Found {
  if (tooLongBytes !== undefined) return rejectedLine(number, tooLongBytes, context.eventBytesMax)
  const inspected = inspectObject(bytes, timeFields)
  if (inspected.fault !== undefined) return rawEvent(bytes, number, inspected.fault)
  const { timeMicros } = inspected
  return { json: bytes, line: number, timeMicros, dated: timeMicros !== undefined }
}
