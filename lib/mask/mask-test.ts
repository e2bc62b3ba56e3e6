import type { LineWalker } from '../bucket/line.ts'
import type { EventSelection } from '../catalog/catalog.ts'
import { isGlob, matchesGlob } from '../core/glob.ts'
import { compileFilter, type EventFilter } from '../query/event-filter.ts'
import { requireQuery } from '../query/parse-query.ts'

/** A selection made ready to be compared with lines. It keeps scratch space: not for nested use. */
export interface MaskTest {
  /** Whether time and stream are selected. */
  readonly isWithin: (line: LineWalker) => boolean
  readonly filter: EventFilter
}

const compiled = new Map<string, MaskTest>()
const compiledMax = 1000

/** The same test for the same selection, wherever it was read from. */
export function maskTestOf(selection: EventSelection): MaskTest {
  const { stream, startMicros, endMicros, query } = selection
  const name = JSON.stringify([stream, startMicros, endMicros, query])
  let test = compiled.get(name)
  if (!test) {
    if (compiled.size >= compiledMax) compiled.clear()
    test = compile(selection)
    compiled.set(name, test)
  }
  return test
}

function compile({
  stream,
  startMicros = 0,
  endMicros = Infinity,
  query,
}: EventSelection): MaskTest {
  const isSelected = streamTest(stream)
  return {
    isWithin: line =>
      line.timeMicros >= startMicros && line.timeMicros < endMicros && isSelected(line.stream),
    filter: compileFilter(requireQuery(query ?? '')),
  }
}

function streamTest(wanted: string | undefined): (stream: string) => boolean {
  if (wanted === undefined) return () => true
  if (!isGlob(wanted)) return stream => stream === wanted
  // Lines of one stream mostly follow each other.
  let last: string | undefined
  let isMatch = false
  return stream => {
    if (stream !== last) {
      last = stream
      isMatch = matchesGlob(stream, wanted)
    }
    return isMatch
  }
}
