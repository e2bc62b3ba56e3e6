import type { LineWalker } from '../bucket/line.ts'
import { inDomain } from '../core/domain.ts'
import { isGlob } from '../core/glob.ts'
import { compileFilter, type EventFilter } from '../query/event-filter.ts'
import { requireQuery } from '../query/parse-query.ts'
import type { HiddenSelection } from './hiding.ts'

/** A selection made ready to be compared with lines. It keeps scratch space: not for nested use. */
export interface MaskTest {
  /** Whether time and stream are selected. */
  readonly isWithin: (line: LineWalker) => boolean
  readonly filter: EventFilter
}

const compiled = new Map<string, MaskTest>()
const compiledMax = 1000

/** The same test for the same selection, wherever it was read from. */
export function maskTestOf(selection: HiddenSelection): MaskTest {
  const { stream, except, startMicros, endMicros, query } = selection
  const name = JSON.stringify([stream, except, startMicros, endMicros, query])
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
  except = [],
  startMicros = 0,
  endMicros = Infinity,
  query,
}: HiddenSelection): MaskTest {
  const isSelected = streamTest(stream, except)
  return {
    isWithin: line =>
      line.timeMicros >= startMicros && line.timeMicros < endMicros && isSelected(line.stream),
    filter: compileFilter(requireQuery(query ?? '')),
  }
}

function streamTest(
  wanted: string | undefined,
  except: readonly string[],
): (stream: string) => boolean {
  if (wanted === undefined) return () => true
  if (!isGlob(wanted)) return stream => stream === wanted
  // Lines of one stream mostly follow each other.
  let last: string | undefined
  let isMatch = false
  return stream => {
    if (stream !== last) {
      last = stream
      isMatch = inDomain(stream, { pattern: wanted, except })
    }
    return isMatch
  }
}
