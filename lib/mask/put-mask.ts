import type { Catalog, Erasure, EventSelection, Mask } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { catalogMark, loadCertificate, selectionHash } from './certificate.ts'
import { checkSelection } from './check-selection.ts'
import { refuseHeld } from './holds.ts'

export interface ErasureRequest {
  /** Chosen by who asks: the same request again is the same erasure. */
  readonly erasureId: string
  readonly selection: EventSelection
  /** Must be said where nothing is selected, which is everything. */
  readonly everything?: boolean
}

/**
 * Hides the selected events from every read that begins from now on (PROTOCOL E1), in one commit.
 * The same request again changes nothing. Throws `conflict` when a legal hold or another request of
 * this id is in the way, `invalid` for what cannot be meant, `unavailable` when too many erasures
 * are in progress.
 */
export async function putMask(place: Workplace, request: ErasureRequest): Promise<void> {
  const { erasureId } = request
  checkId(erasureId, place.settings.erasureIdLengthMax)
  const selection = checkSelection(request.selection)
  if (Object.keys(selection).length === 0 && !request.everything) throw selectsAll()
  const certificate = await loadCertificate(place.store, erasureId)
  if (certificate) return refuseOther(erasureId, certificate.selectionSha256, selection)
  const createdMicros = place.clock.nowMicros()
  await commit(place, current => {
    const known = findErasure(current, erasureId)
    if (known) {
      refuseOther(erasureId, selectionHash(known.selection), selection)
      return undefined
    }
    refuseHeld(current, erasureId, selection)
    if (current.masks.length >= place.settings.masksMax) throw tooMany(current.masks.length)
    const maskSeq = current.maskSeq + 1
    const begun = { erasureId, selection, createdMicros, before: catalogMark(current) }
    const replaced = { count: 0, keys: [] }
    const mask: Mask = { seq: maskSeq, ...begun, replaced, pending: null }
    return {
      next: { ...current, maskSeq, masks: [...current.masks, mask] },
      landed: later => findErasure(later, erasureId) !== undefined,
    }
  })
}

/** An erasure in progress. */
function findErasure(catalog: Catalog, erasureId: string): Mask | Erasure | undefined {
  return [...catalog.masks, ...catalog.erasures].find(each => each.erasureId === erasureId)
}

function checkId(id: unknown, lengthMax: number): void {
  if (typeof id === 'string' && id !== '' && id.length <= lengthMax) return
  const detail = `the id of an erasure has 1 to ${lengthMax} characters`
  throw new ArchiveError('invalid', detail, { details: [{ pointer: '/erasureId', detail }] })
}

function selectsAll(): ArchiveError {
  const detail = 'nothing is selected, which is every event: select a stream, a range or a query'
  return new ArchiveError('invalid', detail, {
    details: [{ pointer: '/everything', detail, hint: 'or say that all events are to be erased' }],
  })
}

function refuseOther(id: string, knownHash: string, asked: EventSelection): void {
  if (selectionHash(asked) === knownHash) return
  throw new ArchiveError(
    'conflict',
    `erasure ${id} was asked for before, with another selection: ask under another id`,
  )
}

function tooMany(count: number): ArchiveError {
  const detail = `${count} erasures are in progress: ask again when the brigade has rewritten them`
  return new ArchiveError('unavailable', detail, { retryAfterSeconds: 60 })
}
