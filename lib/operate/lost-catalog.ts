import { makeJobId, uploadOutput } from '../brigade/job.ts'
import { encodeSegment, segmentOf } from '../catalog/absorbed.ts'
import {
  type BucketRef,
  type Catalog,
  emptyCatalog,
  type Run,
  type Segment,
} from '../catalog/catalog.ts'
import { chained } from '../catalog/chain.ts'
import type { Workplace } from '../catalog/commit.ts'
import { digestOfObjects, sha256 } from '../catalog/part-digest.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Policy } from '../core/policy.ts'
import { identityTimeMillis, segmentKey, segmentPrefix } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { indexRun, uploadIndexes } from './index-run.ts'
import type { Survey } from './survey.ts'

/** Further than any generation can have come since the last job of the lost catalog. */
const generationStep = 1_000_000

/**
 * The catalog of what the survey found (PROTOCOL N). Its runs name indexes that may be gone, too.
 * Uploads what the catalog refers to besides: nobody deletes it, for without a catalog there is no
 * garbage.
 */
export async function catalogFrom(
  place: Workplace,
  survey: Survey,
  policies: readonly Policy[] | undefined,
): Promise<Catalog> {
  const surroundings = survey.surroundings ?? emptyCatalog
  const { floorMillis, settled } = survey
  const cancelledMicros = place.clock.nowMicros()
  const cutOff = survey.unrecorded.map(jobId => ({ jobId, cancelledMicros }))
  const known = await presentSegments(place.store, floorMillis)
  const remembered = await rememberSettled(place, settled)
  const runs: Run[] = []
  for (const run of survey.runs) runs.push(await withoutLost(place, run, survey))
  const archive = surroundings.archive || encodeBytes(place.random.bytes(10))
  const catalog: Catalog = {
    ...emptyCatalog,
    ...surroundings,
    version: emptyCatalog.version,
    archive,
    generation: surroundings.generation + generationStep,
    commitId: encodeBytes(place.random.bytes(10)),
    policies: policies ?? surroundings.policies,
    runs,
    floorMillis,
    recent: remembered.recent,
    absorbed: [...known, ...remembered.segments],
    cancelled: [...surroundings.cancelled, ...cutOff],
    chain: emptyCatalog.chain,
  }
  // Entries that were lost cannot be told of: the chain begins anew, with all there is.
  return chained({ ...emptyCatalog, archive }, catalog, cancelledMicros)
}

/** What others than the catalog itself still know of batches that are settled. */
async function presentSegments(store: Store, floorMillis: number): Promise<Segment[]> {
  const segments: Segment[] = []
  for await (const { key } of listAll(store, segmentPrefix)) {
    const segment = await segmentOf(store, key)
    if (segment && identityTimeMillis(segment.lastIdentity) >= floorMillis) segments.push(segment)
  }
  return segments
}

/** As many as a catalog keeps itself, and the others in segments. */
async function rememberSettled(
  place: Workplace,
  settled: readonly string[],
): Promise<{ readonly recent: readonly string[]; readonly segments: readonly Segment[] }> {
  const { recentMax, segmentIdsMax } = place.settings
  const older = settled.slice(0, Math.max(0, settled.length - recentMax))
  const segments: Segment[] = []
  const jobId = makeJobId(place)
  for (let at = 0; at < older.length; at += segmentIdsMax) {
    const identities = older.slice(at, at + segmentIdsMax)
    const key = segmentKey(jobId, segments.length)
    const bytes = encodeSegment(identities)
    await uploadOutput(place, key, bytes)
    const [firstIdentity = '', lastIdentity = ''] = [identities[0], identities.at(-1)]
    const span = { count: identities.length, firstIdentity, lastIdentity }
    segments.push({ key, sizeBytes: bytes.length, ...span })
  }
  return { recent: settled.slice(older.length), segments }
}

/** A bucket that is gone is left out, so that the others can be read; indexes count frames. */
async function withoutLost(place: Workplace, run: Run, { bucketKeys }: Survey): Promise<Run> {
  const buckets = run.buckets.filter(({ key }) => bucketKeys.has(key))
  if (buckets.length === run.buckets.length) return run
  const left = { ...run, buckets, digest: await digestOfBuckets(place.store, buckets) }
  try {
    return await uploadIndexes(place, left, await indexRun(place.store, left, makeJobId(place), 0))
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || fault.code !== 'corrupt') throw fault
    const detail = `${run.id} has lost buckets, and what is left cannot be read: ${fault.message}`
    throw new ArchiveError('corrupt', detail, { cause: fault })
  }
}

async function digestOfBuckets(store: Store, buckets: readonly BucketRef[]): Promise<string> {
  const digests: string[] = []
  for (const { key } of buckets) {
    const found = await store.get(key)
    if (!found) throw new ArchiveError('missing', `${key} is gone`)
    digests.push(sha256(found.bytes))
  }
  return digestOfObjects(digests)
}
