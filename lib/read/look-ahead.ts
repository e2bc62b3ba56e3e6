import type { Asking, LookAhead } from './asking.ts'
import { Holding } from './holding.ts'
import { Pass } from './pass.ts'
import { Reading, type ReadingOptions } from './reading.ts'

/**
 * What a question does while the tail is being listed (decision 42): it brings the index pages that
 * it needs first into memory, by the catalog at hand. Nothing depends on it but the time it takes.
 */
export function lookAhead(asking: Asking, options: ReadingOptions): LookAhead {
  return async snapshot => {
    const { order, wanted } = options
    const { readMemoryBytes: memoryBytesMax } = asking.settings
    const holding = new Holding({ order, after: undefined, memoryBytesMax, wanted })
    await new Pass(new Reading(asking, snapshot, options), holding).lookAhead()
  }
}

/** The same of a question about all events of a scope. */
export function lookAheadAll(asking: Asking, scope: ReadingOptions['scope']): LookAhead {
  return lookAhead(asking, { scope, order: 'asc', wanted: Infinity })
}
