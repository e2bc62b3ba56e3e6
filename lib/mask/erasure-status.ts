import type { Catalog, EventSelection, Mask } from '../catalog/catalog.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { type Certificate, loadCertificate } from './certificate.ts'

/**
 * `masked`: hidden from every read; `rewriting`: the brigade makes runs without the events;
 * `collecting`: every run is free of them, old objects are deleted; `erased`: there is a
 * certificate.
 */
type ErasureState = 'masked' | 'rewriting' | 'collecting' | 'erased'

/** How far an erasure is. */
export interface ErasureStatus {
  readonly erasureId: string
  readonly state: ErasureState
  readonly maskedMicros: number
  /** While it is in progress: see `Certificate`. */
  readonly selection?: EventSelection
  /** While it is collecting: no run holds a selected event from then on. */
  readonly rewrittenMicros?: number
  /** What is still to be done of the rewriting. */
  readonly waiting?: {
    /** Batches of the tail that may hold selected events; absent: not yet counted. */
    readonly batches?: number
    readonly runs: number
    readonly rollups: number
  }
  readonly certificate?: Certificate
}

/** Erasures in progress, in the order in which they were asked for. */
export async function listErasures(store: Store): Promise<readonly ErasureStatus[]> {
  const { catalog } = await loadCatalog(store)
  return await statusesOf(store, catalog)
}

/** Throws `missing` when nobody asked for an erasure of this id. */
export async function erasureStatus(store: Store, erasureId: string): Promise<ErasureStatus> {
  const { catalog } = await loadCatalog(store)
  const found = (await statusesOf(store, catalog)).find(each => each.erasureId === erasureId)
  if (found) return found
  // One that was in progress a moment ago has a certificate by now.
  const certificate = await loadCertificate(store, erasureId)
  if (!certificate) {
    const detail = `there is no erasure of the id ${erasureId}`
    throw new ArchiveError('missing', detail, { details: [{ pointer: '/id', detail }] })
  }
  return { erasureId, state: 'erased', maskedMicros: certificate.maskedMicros, certificate }
}

async function statusesOf(store: Store, catalog: Catalog): Promise<ErasureStatus[]> {
  const collecting = catalog.erasures.map(
    ({ erasureId, selection, createdMicros, rewrittenMicros }) => ({
      erasureId,
      state: 'collecting' as const,
      maskedMicros: createdMicros,
      rewrittenMicros,
      selection,
    }),
  )
  const masked = catalog.masks.map(mask => statusOfMask(store, catalog, mask))
  return [...collecting, ...(await Promise.all(masked))]
}

async function statusOfMask(store: Store, catalog: Catalog, mask: Mask): Promise<ErasureStatus> {
  const { erasureId, selection, createdMicros, pending } = mask
  const isOld = ({ maskSeq }: { readonly maskSeq: number }) => maskSeq < mask.seq
  const rest = {
    runs: catalog.runs.filter(isOld).length,
    rollups: catalog.rollups.filter(isOld).length,
  }
  const begun = { erasureId, maskedMicros: createdMicros, selection }
  if (!pending) return { ...begun, state: 'masked', waiting: rest }
  const settled = await Settled.load(store, catalog, pending)
  const batches = pending.filter(identity => !settled.has(identity)).length
  return { ...begun, state: 'rewriting', waiting: { batches, ...rest } }
}
