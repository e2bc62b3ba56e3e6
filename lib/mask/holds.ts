import { isDeepStrictEqual } from 'node:util'
import type { Catalog, EventSelection, LegalHold } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { isGlob, matchesGlob } from '../core/glob.ts'
import type { Settings } from '../core/settings.ts'
import { checkSelection } from './check-selection.ts'

/** A hold as it is asked for. */
export type HoldRequest = Pick<LegalHold, 'id' | 'selection' | 'reason'>

/**
 * Puts events under legal hold: no erasure that may take one of them is accepted until it is
 * released. The same again changes nothing. Throws `conflict` when an erasure that hides some of
 * them is in progress.
 */
export async function addHold(place: Workplace, request: HoldRequest): Promise<void> {
  checkTexts(request, place.settings)
  const { id, reason } = request
  const hold = { id, selection: checkSelection(request.selection), reason }
  const createdMicros = place.clock.nowMicros()
  await commit(place, current => {
    const known = current.holds.find(each => each.id === id)
    if (known) {
      if (isDeepStrictEqual({ ...known, createdMicros: 0 }, { ...hold, createdMicros: 0 })) {
        return undefined
      }
      throw new ArchiveError('conflict', `there is another hold of the id ${id}: release it first`)
    }
    const masked = current.masks.find(mask => mayShare(mask.selection, hold.selection))
    if (masked) {
      throw new ArchiveError(
        'conflict',
        `erasure ${masked.erasureId} is in progress and may take events of hold ${id}`,
      )
    }
    const { holdsMax } = place.settings
    if (current.holds.length >= holdsMax) {
      throw new ArchiveError('too-large', `there are ${holdsMax} holds already: release one first`)
    }
    return {
      next: { ...current, holds: [...current.holds, { ...hold, createdMicros }] },
      landed: later => later.holds.some(each => each.id === id),
    }
  })
}

/** Throws `missing` when there is no such hold. */
export async function releaseHold(place: Workplace, id: string): Promise<void> {
  let isMissing = false
  await commit(place, current => {
    const holds = current.holds.filter(each => each.id !== id)
    isMissing = holds.length === current.holds.length
    if (isMissing) return undefined
    return {
      next: { ...current, holds },
      landed: later => later.holds.every(each => each.id !== id),
    }
  })
  if (isMissing) throw new ArchiveError('missing', `there is no hold of the id ${id}`)
}

/** Throws `conflict`, which names the hold, when one may keep an event of this erasure. */
export function refuseHeld(catalog: Catalog, erasureId: string, selection: EventSelection): void {
  const hold = catalog.holds.find(each => mayShare(each.selection, selection))
  if (!hold) return
  throw new ArchiveError(
    'conflict',
    `erasure ${erasureId} may take events under legal hold ${hold.id} (${hold.reason}): ` +
      'ask for streams or times apart from those of the hold, or release it',
  )
}

/**
 * Whether two selections may have an event in common. Decided by streams and times alone: two
 * queries may always meet the same event, also one that arrives later. Wrong only by saying yes.
 */
function mayShare(a: EventSelection, b: EventSelection): boolean {
  const isApart =
    (a.startMicros ?? 0) >= (b.endMicros ?? Infinity) ||
    (b.startMicros ?? 0) >= (a.endMicros ?? Infinity)
  return !isApart && mayShareStreams(a.stream ?? '**', b.stream ?? '**')
}

function mayShareStreams(a: string, b: string): boolean {
  if (!isGlob(a)) return isGlob(b) ? matchesGlob(a, b) : a === b
  if (!isGlob(b)) return matchesGlob(b, a)
  const [first, other] = [a, b].map(glob => /^[^*?]*/.exec(glob)![0]) as [string, string]
  return first.startsWith(other) || other.startsWith(first)
}

function checkTexts({ id, reason }: HoldRequest, settings: Settings): void {
  const { erasureIdLengthMax, holdReasonLengthMax } = settings
  for (const [name, text, lengthMax] of [
    ['id', id, erasureIdLengthMax],
    ['reason', reason, holdReasonLengthMax],
  ] as const) {
    if (typeof text === 'string' && text !== '' && text.length <= lengthMax) continue
    const detail = `the ${name} of a hold has 1 to ${lengthMax} characters`
    throw new ArchiveError('invalid', detail, { details: [{ pointer: `/${name}`, detail }] })
  }
}
