import { createHash } from 'node:crypto'
import { loadSegment } from '../catalog/absorbed.ts'
import type { Catalog, Quarantined } from '../catalog/catalog.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { identityHash, parseTailKey, tailMayHold } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { findingOf, type Inspection } from './inspection.ts'
import { verifyBucket } from './verify-bucket.ts'

/** The batches that no run holds, and what is wrong with what says so. */
export interface OpenTail {
  readonly batches: readonly TailObject[]
  /** Batches that were put aside. */
  readonly aside: readonly Quarantined[]
  readonly findings: readonly Finding[]
}

/**
 * Lists the tail, then takes the catalog (PROTOCOL R1). Batches whose ids lie in a segment that
 * cannot be read are left out, for nobody knows whether they were folded.
 */
export async function openTail(inspection: Inspection): Promise<OpenTail> {
  const { store } = inspection.place
  const { batches, foreign } = await listTail(store)
  const { catalog } = await loadCatalog(store)
  const findings: Finding[] = foreign.map(({ key }) => ({
    kind: 'foreign',
    object: key,
    reason: 'is not the name of a batch; it is never read and never deleted',
    remedy: 'none',
  }))
  const unread = new Set<string>()
  for (const segment of catalog.absorbed) {
    const fault = await segmentFault(inspection, segment)
    if (!fault) continue
    findings.push(fault)
    unread.add(segment.key)
  }
  const open = await openBatches(inspection, catalog, batches, unread)
  return { batches: open, aside: catalog.quarantined, findings }
}

async function openBatches(
  { place }: Inspection,
  catalog: Catalog,
  batches: readonly TailObject[],
  unread: ReadonlySet<string>,
): Promise<TailObject[]> {
  const absorbed = catalog.absorbed.filter(({ key }) => !unread.has(key))
  const identities = batches.map(batch => batch.identity)
  const settled = await Settled.load(place.store, { ...catalog, absorbed }, identities)
  const unknown = catalog.absorbed.filter(({ key }) => unread.has(key))
  const mayBeFolded = (identity: string) =>
    unknown.some(each => each.firstIdentity <= identity && identity <= each.lastIdentity)
  const aside = new Set(catalog.quarantined.map(batch => batch.identity))
  return batches.filter(
    ({ identity }) => !settled.has(identity) && !mayBeFolded(identity) && !aside.has(identity),
  )
}

async function segmentFault(
  inspection: Inspection,
  segment: Catalog['absorbed'][number],
): Promise<Finding | undefined> {
  const { store } = inspection.place
  try {
    await loadSegment(store, segment).catch(() => loadSegment(store, segment))
    inspection.tally.objects++
    return undefined
  } catch (error) {
    // Told by the references.
    if (error instanceof ArchiveError && error.code === 'missing') return undefined
    return findingOf(error, segment.key, 'none')
  }
}

/**
 * Reads every byte of a batch, and whether its key says what it holds. None when it was folded or
 * swept meanwhile.
 */
export async function verifyBatch(inspection: Inspection, batch: TailObject): Promise<Finding[]> {
  const { key, eventCount } = batch
  const hash = createHash('sha256')
  let isWhole = true
  try {
    const { directory, findings } = await verifyBucket(inspection, batch, (_, raw) => {
      if (raw) hash.update(raw)
      else isWhole = false
    })
    const found: Finding[] = [...findings]
    const contradict = (reason: string) =>
      found.push({ kind: 'contradiction', object: key, eventCount, reason, remedy: 'none' })
    for (const { stream } of directory?.streams ?? []) {
      if (!tailMayHold(batch, stream)) contradict(`its name does not tell of stream ${stream}`)
    }
    const content = encodeBytes(hash.digest().subarray(0, 16))
    const expected = identityHash(batch.identity)
    if (directory && isWhole && content !== expected) {
      contradict(`its lines have the hash ${content}, expected ${expected}`)
    }
    return found.length > 0 && (await isOpen(inspection, batch)) ? found : []
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'missing') throw error
    return (await isOpen(inspection, batch)) ? [findingOf(error, key, 'none')] : []
  }
}

/** A batch that was put aside, and whether it can be read by now. */
export async function verifyAside(
  inspection: Inspection,
  { key, sizeBytes, eventCount, firstMicros, lastMicros, reason }: Quarantined,
): Promise<Finding[]> {
  const found = await verifyBatch(inspection, { ...parseTailKey(key), sizeBytes })
  const span = { startMicros: firstMicros, endMicros: lastMicros + 1, eventCount, streams: [] }
  const finding = { kind: 'quarantined', object: key, startByte: 0, endByte: sizeBytes } as const
  if (found.length === 0) {
    const told = 'it was put aside and can be read again'
    return [{ ...finding, ...span, reason: told, remedy: 'brigade' }]
  }
  return [{ ...finding, ...span, reason: `it was put aside: ${reason}`, remedy: 'none' }]
}

async function isOpen({ place }: Inspection, { identity }: TailObject): Promise<boolean> {
  const { catalog } = await loadCatalog(place.store)
  const settled = await Settled.load(place.store, catalog, [identity])
  return !settled.has(identity)
}
