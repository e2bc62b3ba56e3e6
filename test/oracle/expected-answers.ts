import { referenceTest } from '../query/support/reference-filter.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** The events that meet the question, oldest first, by looking at every one. */
export function expectedEvents(
  events: readonly KnownEvent[],
  { meant, stream, startMicros = 0, endMicros = Infinity }: DrawnQuestion,
): KnownEvent[] {
  const meets = referenceTest(meant)
  const isWanted = streamTest(stream)
  return events.filter(
    event =>
      event.timeMicros >= startMicros &&
      event.timeMicros < endMicros &&
      isWanted(event.stream) &&
      meets(event.leaves),
  )
}

function streamTest(glob: string | undefined): (stream: string) => boolean {
  if (glob === undefined) return () => true
  const source = glob.replace(/\*\*+|\*|\?|[^*?]+/g, part => {
    if (part.startsWith('**')) return '.*'
    return part === '*' ? '[^/]*' : part === '?' ? '[^/]' : RegExp.escape(part)
  })
  const pattern = new RegExp(`^${source}$`)
  return stream => pattern.test(stream)
}

/** What a clock on the wall shows at the beginning of the interval, and how many events it has. */
export function expectedHistogram(
  events: readonly KnownEvent[],
  labelOf: (micros: number) => string,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { timeMicros } of events) {
    const label = labelOf(timeMicros)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return counts
}

export interface ExpectedValues {
  readonly count: number
  readonly values: readonly { readonly value: string; readonly count: number }[]
}

/** The values of a field, most frequent first; an event counts once for each it has. */
export function expectedValues(
  events: readonly Pick<KnownEvent, 'leaves'>[],
  field: string,
  timeText: (micros: number) => string,
): ExpectedValues {
  const counts = new Map<string, number>()
  let count = 0
  for (const { leaves } of events) {
    const values = new Set<string>()
    for (const { path, kind, text, isParameter } of leaves) {
      if (kind === 'null' || !(path === field || path.startsWith(`${field}.`))) continue
      const isTime = isParameter && path === '@time'
      const shown = isTime ? timeText(Number(text)) : text
      values.add(isTime || kind === 'string' ? JSON.stringify(shown) : shown)
    }
    if (values.size > 0) count++
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = [...counts].map(([value, each]) => ({ value, count: each }))
  values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { count, values }
}
