import type { Catalog, Erasure, Mask } from '../catalog/catalog.ts'
import { commit, pause, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { type Certificate, catalogMark, certify, encodeCertificate } from '../mask/certificate.ts'
import { veilOf } from '../mask/veil.ts'
import { certificateKey, tailMayHold } from '../store/keys.ts'
import { collectGarbage } from './collect.ts'
import { sweepTail } from './sweep.ts'

/**
 * What an erasure waits for in the tail (PROTOCOL E2): batches that may hold selected events and
 * are not settled, listed after the mask was seen. A batch that lands later is folded under the
 * mask or is none of the erasure's.
 */
export async function listPending(place: Workplace): Promise<void> {
  const early = holds('e2-list-after-e1') ? undefined : await listTail(place.store)
  const { catalog } = await loadCatalog(place.store)
  const unlisted = catalog.masks.filter(mask => mask.pending === null)
  if (unlisted.length === 0) return
  const { batches } = early ?? (await listTail(place.store))
  const identities = batches.map(batch => batch.identity)
  const settled = await Settled.load(place.store, catalog, identities)
  const open = batches.filter(batch => !settled.has(batch.identity))
  const pendingOf = new Map(
    unlisted.map(mask => [
      mask.seq,
      open.filter(batch => mayHold(batch, mask)).map(batch => batch.identity),
    ]),
  )
  const isListed = (mask: Mask) => mask.pending !== null || !pendingOf.has(mask.seq)
  await commit(place, current => {
    if (current.masks.every(isListed)) return undefined
    const masks = current.masks.map(mask =>
      isListed(mask) ? mask : { ...mask, pending: pendingOf.get(mask.seq)! },
    )
    return { next: { ...current, masks }, landed: later => later.masks.every(isListed) }
  })
}

function mayHold(batch: TailObject, mask: Mask): boolean {
  const extent = { ...batch, streams: undefined }
  return veilOf([mask], { ...extent, mayHold: stream => tailMayHold(batch, stream) }) !== undefined
}

/**
 * Takes masks away that hide nothing any more (PROTOCOL E4): every batch they wait for is settled,
 * every run has their label. Returns how many.
 */
export async function finishMasks(place: Workplace): Promise<number> {
  let finished: readonly Mask[] = []
  const rewrittenMicros = place.clock.nowMicros()
  await commit(place, async current => {
    finished = await finishedMasks(place, current)
    if (finished.length === 0) return undefined
    const done = new Set(finished.map(mask => mask.seq))
    const jobs = current.claims.map(claim => claim.jobId)
    const erasures = finished.map(({ seq: _seq, pending, replaced, ...begun }) => {
      const count = replaced.count + (pending?.length ?? 0)
      return { ...begun, replaced: { ...replaced, count }, rewrittenMicros, jobs }
    })
    return {
      next: {
        ...current,
        masks: current.masks.filter(mask => !done.has(mask.seq)),
        erasures: [...current.erasures, ...erasures],
      },
      landed: later => later.masks.every(mask => !done.has(mask.seq)),
    }
  })
  return finished.length
}

async function finishedMasks(place: Workplace, catalog: Catalog): Promise<Mask[]> {
  const parts = [...catalog.runs, ...catalog.rollups]
  const finished: Mask[] = []
  for (const mask of catalog.masks) {
    const { seq, pending } = mask
    if (pending === null && holds('e4-needs-e2')) continue
    if (parts.some(part => part.maskSeq < seq) && holds('e4-waits-runs')) continue
    const settled = await Settled.load(place.store, catalog, pending ?? [])
    const isSettled = (pending ?? []).every(identity => settled.has(identity))
    if (isSettled || !holds('e4-waits-pending')) finished.push(mask)
  }
  return finished
}

/** Passes of sweep and garbage collection until one has nothing left to delete. */
const passesMax = 5

/**
 * Writes the certificates of erasures whose last objects are gone (PROTOCOL E5): a whole pass of
 * sweep and garbage collection that began when no process of the time before could still upload
 * found nothing. Returns the certificates.
 */
export async function certifyErasures(place: Workplace): Promise<Certificate[]> {
  const nowMicros = place.clock.nowMicros()
  const { catalog } = await loadCatalog(place.store)
  const due = catalog.erasures.filter(erasure => isDue(place, catalog, erasure, nowMicros))
  if (due.length === 0 || !(await isAllGone(place))) return []
  const after = catalogMark(catalog)
  const certificates: Certificate[] = []
  for (const erasure of due) {
    const certificate = certify(erasure, after, place.clock.nowMicros())
    await putCertificate(place, certificate)
    certificates.push(certificate)
  }
  const done = new Set(due.map(erasure => erasure.erasureId))
  const isDone = (erasure: Erasure) => done.has(erasure.erasureId)
  await commit(place, current => {
    if (!current.erasures.some(isDone)) return undefined
    const erasures = current.erasures.filter(erasure => !isDone(erasure))
    return { next: { ...current, erasures }, landed: later => !later.erasures.some(isDone) }
  })
  return certificates
}

function isDue(
  { settings }: Workplace,
  catalog: Catalog,
  { rewrittenMicros, jobs }: Erasure,
  nowMicros: number,
): boolean {
  const isOver = nowMicros - rewrittenMicros >= settings.processMillisMax * 1000
  return isOver && !catalog.claims.some(claim => jobs.includes(claim.jobId))
}

async function isAllGone(place: Workplace): Promise<boolean> {
  for (let pass = 0; pass < passesMax; pass++) {
    const deleted = (await sweepTail(place)) + (await collectGarbage(place))
    if (deleted === 0) return true
  }
  return false
}

/** The first one counts: another member may have been faster. */
async function putCertificate(place: Workplace, certificate: Certificate): Promise<void> {
  const key = certificateKey(certificate.erasureId)
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const { outcome } = await place.store.create(key, encodeCertificate(certificate))
    if (outcome === 'stored' || outcome === 'refused') return
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `the store did not confirm ${key}`)
}
