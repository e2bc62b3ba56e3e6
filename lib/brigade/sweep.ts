import { encodeSegment } from '../catalog/absorbed.ts'
import type { Catalog, Segment } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { holds } from '../core/rules.ts'
import { identityTimeMillis, segmentKey } from '../store/keys.ts'
import { claimJob, finishJob, makeJobId, uploadOutput } from './job.ts'

/**
 * Deletes tail objects that are settled (PROTOCOL X1, X4). LIST, then GET: what the catalog settles
 * stays settled. `listed`: the tail, as it was; absent, it is listed. Returns how many were
 * deleted.
 */
export async function sweepTail(place: Workplace, listed?: readonly TailObject[]): Promise<number> {
  const batches = listed ?? (await listTail(place.store)).batches
  if (batches.length === 0) return 0
  const { catalog } = await loadCatalog(place.store)
  const identities = batches.map(batch => batch.identity)
  const settled = await Settled.load(place.store, catalog, identities)
  const isDead = (identity: string) => settled.has(identity) || !holds('sweep-only-recent')
  const dead = batches.filter(batch => isDead(batch.identity)).map(batch => batch.key)
  if (dead.length > 0) await place.store.delete(dead)
  return dead.length
}

/**
 * Moves the older half of `recent` into a segment once it has grown too long (PROTOCOL X2, X3): an
 * id is moved, never dropped. True: a segment was written.
 */
export async function moveAbsorbed(place: Workplace): Promise<boolean> {
  const isFull = (catalog: Catalog) => catalog.recent.length > place.settings.recentMax
  if (!holds('segment-under-claim')) return await moveWithoutClaim(place)
  const job = await claimJob(place, 'sweep', catalog => (isFull(catalog) ? [] : undefined))
  if (!job) return false
  const segment = await writeSegment(place, job.id, job.catalog)
  return await finishJob(place, job, catalog => withSegment(catalog, segment))
}

interface WrittenSegment extends Segment {
  readonly identities: readonly string[]
}

async function writeSegment(
  place: Workplace,
  jobId: string,
  catalog: Catalog,
): Promise<WrittenSegment> {
  const oldest = [...catalog.recent].sort().slice(0, Math.ceil(catalog.recent.length / 2))
  const identities = oldest.slice(0, place.settings.segmentIdsMax)
  const key = segmentKey(jobId, 0)
  const bytes = encodeSegment(identities)
  await uploadOutput(place, key, bytes)
  const [firstIdentity = '', lastIdentity = ''] = [identities[0], identities.at(-1)]
  const span = { count: identities.length, firstIdentity, lastIdentity }
  return { key, sizeBytes: bytes.length, ...span, identities }
}

function withSegment(catalog: Catalog, written: WrittenSegment): Catalog | undefined {
  const { identities, ...segment } = written
  const moved = new Set(identities)
  const recent = catalog.recent.filter(identity => !moved.has(identity))
  // Someone else may have moved some of them, or the floor may have passed them.
  if (recent.length === catalog.recent.length) return undefined
  if (!holds('sweep-remembers')) return { ...catalog, recent }
  return { ...catalog, recent, absorbed: [...catalog.absorbed, segment] }
}

/** What the rule forbids: the upload comes before the claim. Mutation tests only. */
async function moveWithoutClaim(place: Workplace): Promise<boolean> {
  const { catalog } = await loadCatalog(place.store)
  if (catalog.recent.length <= place.settings.recentMax) return false
  const segment = await writeSegment(place, makeJobId(place), catalog)
  const job = await claimJob(place, 'sweep', () => [])
  return job ? await finishJob(place, job, now => withSegment(now, segment)) : false
}

/** Ids below the floor need not be remembered: the floor settles them. */
export function forgetBelowFloor(catalog: Catalog, floorMillis: number): Catalog {
  const isAbove = (identity: string) => identityTimeMillis(identity) >= floorMillis
  return {
    ...catalog,
    floorMillis,
    recent: catalog.recent.filter(isAbove),
    absorbed: catalog.absorbed.filter(segment => isAbove(segment.lastIdentity)),
  }
}
