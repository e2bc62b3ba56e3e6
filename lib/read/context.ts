import { decodeNumber } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { printQuery } from '../query/print-query.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { hitOf } from './hit.ts'
import type { Found } from './holding.ts'
import type { ContextAnswer, ContextQuestion, Damage, Hit, Order, Selection } from './question.ts'
import { Reading } from './reading.ts'
import { scopeOf } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/** Damaged parts that an error names. */
const damageNamedMax = 20

/** Time in base 32, hash, number among equals: lib/read/hit.ts makes them. */
const derivedId = /^([0-7][0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{13}(-[1-9]\d*)?$/

/**
 * The event of this id and its neighbours in its stream. An `@id` that several events have stands
 * for the newest of them. Throws `missing` when none has it.
 */
export async function context(library: Library, question: ContextQuestion): Promise<ContextAnswer> {
  const { id, before = 0, after = 0 } = question
  if (typeof id !== 'string' || id === '') throw invalid('/id', 'no id is given')
  checkCount('/before', before, library.settings.contextEventsMax)
  checkCount('/after', after, library.settings.contextEventsMax)
  const asking = new Asking(library, question)
  const answer = await withSnapshot(asking, async snapshot => {
    const found = await find(asking, snapshot, question)
    return {
      event: hitOf(found),
      before: (await neighbours(asking, snapshot, found, 'desc', before)).reverse(),
      after: await neighbours(asking, snapshot, found, 'asc', after),
    }
  })
  return { ...answer, ...asking.end() }
}

async function find(
  asking: Asking,
  snapshot: Snapshot,
  { id, stream }: ContextQuestion,
): Promise<Found> {
  const within = stream === undefined ? {} : { stream }
  const text = { kind: 'text', pieces: [id], quoted: true } as const
  const query = printQuery({ kind: 'match', field: '@id', condition: text, span: [0, 0] })
  const selections: Selection[] = [{ ...within, query }]
  const startMicros = decodeNumber(derivedId.exec(id)?.[1] ?? '-')
  if (startMicros !== undefined) {
    selections.unshift({ ...within, startMicros, endMicros: startMicros + 1 })
  }
  for (const selection of selections) {
    const found = await firstWith(asking, snapshot, selection, id)
    if (found) return found
  }
  throw notFound(id, asking.damage.list())
}

/** The error that names what could not be read: the event may lie there. */
function notFound(id: string, damage: readonly Damage[]): ArchiveError {
  const unread = damage.length > 0 ? ', as far as the archive can be read' : ''
  const detail = `no event has the id ${id}${unread}`
  const parts = damage.slice(0, damageNamedMax).map(({ object, startByte, endByte, reason }) => ({
    detail: `${object} bytes ${startByte}-${endByte}: ${reason}`,
  }))
  return new ArchiveError('missing', detail, { details: [{ pointer: '/id', detail }, ...parts] })
}

async function firstWith(
  asking: Asking,
  snapshot: Snapshot,
  selection: Selection,
  id: string,
): Promise<Found | undefined> {
  const reading = new Reading(asking, snapshot, {
    scope: scopeOf(selection),
    order: 'desc',
    wanted: Infinity,
  })
  for await (const group of reading.events()) {
    for (const found of group) if (hitOf(found).id === id) return found
  }
  return undefined
}

/** The nearest events of the same stream, nearest first. */
async function neighbours(
  asking: Asking,
  snapshot: Snapshot,
  { event: { timeMicros, stream, hash }, ordinal }: Found,
  order: Order,
  count: number,
): Promise<Hit[]> {
  if (count === 0) return []
  const range = order === 'asc' ? { startMicros: timeMicros } : { endMicros: timeMicros + 1 }
  const scope = scopeOf({ stream, ...range })
  const reading = new Reading(asking, snapshot, { scope, order, wanted: count })
  const hits: Hit[] = []
  for await (const group of reading.events({ timeMicros, stream, hash, ordinal })) {
    for (const found of group) hits.push(hitOf(found))
  }
  return hits
}

function checkCount(pointer: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return
  throw invalid(pointer, `${count} is no number of events from 0 to ${most}`)
}

function invalid(pointer: string, detail: string): ArchiveError {
  return new ArchiveError('invalid', detail, { details: [{ pointer, detail }] })
}
