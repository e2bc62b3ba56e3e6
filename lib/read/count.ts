import { Asking, type Library, withSnapshot } from './asking.ts'
import { lookAheadAll } from './look-ahead.ts'
import type { CountAnswer, Selection } from './question.ts'
import { scopeOf } from './scope.ts'
import { isWithin, tallyEvents } from './tally.ts'

/** How many events there are. Catalog, directories and summaries tell, mostly. */
export async function count(library: Library, question: Selection): Promise<CountAnswer> {
  const scope = scopeOf(question)
  const asking = new Asking(library, question)
  asking.ahead = lookAheadAll(asking, scope)
  const counted = await withSnapshot(asking, async snapshot => {
    let sum = 0
    await tallyEvents(asking, snapshot, scope, {
      add: () => {
        sum++
      },
      headsOnly: true,
      known: {
        suffices: part => isWithin(part, scope.startMicros, scope.endMicros),
        take: part => {
          sum += part.eventCount
        },
      },
    })
    return sum
  })
  return { count: counted, ...asking.end() }
}
