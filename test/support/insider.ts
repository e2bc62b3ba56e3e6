import { claimJob, finishJob } from '../../lib/brigade/job.ts'
import { mergeLines } from '../../lib/brigade/merge-lines.ts'
import { RunWriter } from '../../lib/brigade/run-writer.ts'
import { BucketBuilder, encodeBucket } from '../../lib/bucket/builder.ts'
import { LineWalker } from '../../lib/bucket/line.ts'
import { openBucket, readFrame } from '../../lib/bucket/reader.ts'
import type { Catalog } from '../../lib/catalog/catalog.ts'
import type { Workplace } from '../../lib/catalog/commit.ts'
import { encodeCatalog, loadCatalog } from '../../lib/catalog/load.ts'
import { catalogKey, ownerOfBucket } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'

/** Somebody who may write to the whole store and has the code (docs/evidence.md). */

/** Puts other bytes in the place of an object. */
export async function replaceObject(store: Store, key: string, bytes: Buffer): Promise<void> {
  await store.delete([key])
  await store.create(key, bytes)
}

/** Replaces the catalog without a commit. */
export async function forgeCatalog(
  store: Store,
  change: (catalog: Catalog) => Catalog,
): Promise<void> {
  const { catalog } = await loadCatalog(store)
  await replaceObject(store, catalogKey, encodeCatalog(change(catalog)))
}

/** Writes a bucket anew with another text in its lines; all its checksums are right. */
export async function alterBucket(
  store: Store,
  key: string,
  alter: (lines: string) => string,
): Promise<void> {
  const { bytes } = (await store.get(key))!
  const { frames, lineage } = openBucket(bytes, ownerOfBucket(key))
  const builder = new BucketBuilder({ frameBytes: 2 ** 20, compressionLevel: 8 })
  for (const frame of frames) {
    const { startByte, sizeBytes } = frame
    const raw = readFrame(bytes.subarray(startByte, startByte + sizeBytes), frame)
    const line = new LineWalker(Buffer.from(alter(raw.toString())))
    while (line.next()) {
      builder.add(line.bytes, line.start, line.end, line.timeMicros, line.stream, line.hasId)
    }
  }
  await replaceObject(store, key, encodeBucket(builder.finish(), ownerOfBucket(key), lineage))
}

/** A compaction of all runs by the engine's own code that leaves out some lines. */
export async function forgeCompaction(
  place: Workplace,
  isLeftOut: (line: string) => boolean,
): Promise<void> {
  const { catalog } = await loadCatalog(place.store)
  const { runs } = catalog
  const job = (await claimJob(place, 'compact', () => runs.map(run => run.id)))!
  const { startMicros, endMicros } = runs[0]!
  const writer = new RunWriter(place, job, () => [{ startMicros, endMicros }])
  const frames = runs.flatMap(run => run.buckets.map(({ key }) => framesOf(place.store, key)))
  await mergeLines(
    frames.map(each => async () => (await each.next()).value),
    {
      add: line => {
        if (!isLeftOut(line.bytes.toString('utf8', line.start, line.end))) writer.add(line)
      },
      flush: () => writer.flush(),
    },
  )
  const made = await writer.finish()
  await finishJob(place, job, now => ({ ...now, runs: made }))
}

async function* framesOf(store: Store, key: string): AsyncGenerator<Buffer, undefined> {
  const { bytes } = (await store.get(key))!
  for (const frame of openBucket(bytes, ownerOfBucket(key)).frames) {
    const { startByte, sizeBytes } = frame
    yield readFrame(bytes.subarray(startByte, startByte + sizeBytes), frame)
  }
  return undefined
}
