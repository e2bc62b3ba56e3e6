import type { Content, Format, FormatContext, Found } from './format.ts'
import { isBlank, type Line, LineSplitter, sampleLines } from './lines.ts'
import { decodeText, type ParsedText, rawEvent, textEvent } from './text-event.ts'

/** Takes one line apart; `undefined` when it is none of its format. May remember earlier lines. */
export type ParseLine = (text: string) => ParsedText | undefined

/** A format in which every line is an event. Blank lines are none. */
export function lineFormat(options: {
  readonly name: string
  readonly summary: string
  /** What a line should have been: `combined log line`. */
  readonly lineName: string
  readonly parser: (context: FormatContext) => ParseLine
  /** Whether a line speaks for this format; less than all that `parser` accepts. */
  readonly fits: (text: string) => boolean
  /** Score of a file all of whose lines fit. Default 1. */
  readonly scoreMax?: number
}): Format {
  return {
    name: options.name,
    summary: options.summary,
    timeFields: ['@time'],
    idFields: ['@id'],
    score: sample => (options.scoreMax ?? 1) * shareOfLines(sample, options.fits),
    async *events(content: Content, context: FormatContext) {
      const parse = options.parser(context)
      yield* eventsOfLines(content, context, line => {
        const decoded = decodeText(line.bytes)
        const parsed = parse(decoded.text)
        return parsed
          ? textEvent(decoded, line.number, parsed)
          : rawEvent(line.bytes, line.number, `this is no ${options.lineName}`)
      })
    },
  }
}

/** The share of a sample's lines that fit, from 0 to 1. */
function shareOfLines(sample: Buffer, fits: (text: string) => boolean): number {
  const lines = sampleLines(sample)
  if (lines.length === 0) return 0
  return lines.filter(line => fits(decodeText(line).text)).length / lines.length
}

/**
 * Runs `found` over the lines of a file; a line over the limit, or cut off by damage, is
 * rejected.
 */
export async function* eventsOfLines(
  content: Content,
  context: FormatContext,
  found: (line: Line) => Found,
): AsyncGenerator<Found[]> {
  const splitter = new LineSplitter(context.eventBytesMax)
  const take = (line: Line): Found => {
    if (line.tooLongBytes === undefined) return found(line)
    return rejectedLine(line.number, line.tooLongBytes, context.eventBytesMax)
  }
  for await (const chunk of content.chunks) {
    yield splitter
      .push(chunk)
      .filter(line => !isBlank(line.bytes))
      .map(take)
  }
  const last = splitter.end()
  if (!last || isBlank(last.bytes)) return
  yield [content.damaged() ? cutOff(last.number) : take(last)]
}

export function rejectedLine(line: number, sizeBytes: number, eventBytesMax: number): Found {
  return { line, rejected: `${sizeBytes} bytes long, at most ${eventBytesMax} are taken` }
}

export function cutOff(line: number): Found {
  return { line, rejected: 'cut off by damage' }
}
