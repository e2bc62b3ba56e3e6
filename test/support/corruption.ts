import { BucketBuilder, encodeBucket } from '../../lib/bucket/builder.ts'
import { LineWalker } from '../../lib/bucket/line.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import type { BucketRef, Catalog, IndexRef, Run, SummaryRef } from '../../lib/catalog/catalog.ts'
import { commit } from '../../lib/catalog/commit.ts'
import { decodeNumber, encodeNumber } from '../../lib/core/base32.ts'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { joinSections } from '../../lib/index/index-object.ts'
import { SummaryBuilder } from '../../lib/index/summary-builder.ts'
import { TermIndexBuilder } from '../../lib/index/term-index-builder.ts'
import { ownerOfBucket, ownerOfIndex } from '../../lib/store/keys.ts'
import { linesAt } from './archive-lines.ts'
import { catalogOf } from './brigade-place.ts'
import { overwrite } from './operated-archive.ts'
import type { TestPlace } from './workplace.ts'

export async function gone(place: TestPlace, key: string): Promise<string> {
  await place.store.delete([key])
  return key
}

export async function firstRun(place: TestPlace): Promise<Run> {
  return (await catalogOf(place)).runs[0]!
}

export async function firstBucket(place: TestPlace): Promise<BucketRef> {
  return (await firstRun(place)).buckets[0]!
}

export async function* tailOf(place: TestPlace): AsyncGenerator<string> {
  const { objects } = await place.store.list('tail/')
  for (const { key } of objects) yield key
}

/** The time before this one, in base 32. */
export function before(text: string): string {
  return encodeNumber(decodeNumber(text)! - 1, text.length)
}

export async function change(
  place: TestPlace,
  changes: (catalog: Catalog) => Partial<Catalog>,
): Promise<void> {
  let isDone = false
  await commit(place, catalog => {
    if (isDone) return undefined
    return { next: { ...catalog, ...changes(catalog) }, landed: () => isDone }
  })
  isDone = true
}

export async function changeRun(place: TestPlace, changed: (run: Run) => Run): Promise<void> {
  await change(place, ({ runs: [first, ...rest] }) => ({ runs: [changed(first!), ...rest] }))
}

export async function changeBucket(
  place: TestPlace,
  changed: (bucket: BucketRef) => BucketRef,
): Promise<void> {
  await changeRun(place, run => {
    const [first, ...rest] = run.buckets
    return { ...run, buckets: [changed(first!), ...rest] }
  })
}

/** Puts other lines into the first bucket and tells the catalog, but not the index, of it. */
export async function rewriteBucket(
  place: TestPlace,
  changed: (lines: string[]) => string[],
): Promise<void> {
  const run = await firstRun(place)
  const { key } = run.buckets[0]!
  const builder = new BucketBuilder({ frameBytes: 1e6, compressionLevel: 1 })
  const lines = changed(await linesAt(place.store, key))
  for (const line of lines) {
    const bytes = Buffer.from(`${line}\n`)
    const walker = new LineWalker(bytes)
    walker.next()
    builder.add(bytes, 0, bytes.length - 1, walker.timeMicros, walker.stream, walker.hasId)
  }
  const built = builder.finish()
  const bytes = encodeBucket(built, ownerOfBucket(key))
  await overwrite(place.store, key, bytes)
  const index = await otherIndex(place, run, undefined, lines)
  const summary = await otherSummary(place, run, undefined, lines)
  await changeRun(place, each => ({
    ...each,
    index,
    summary,
    buckets: each.buckets.map(bucket => ({
      ...bucket,
      sizeBytes: bytes.length,
      footerBytes: bytes.length - built.frames.reduce((sum, frame) => sum + frame.length, 0),
      frameCount: 1,
      eventCount: lines.length,
      idCount: built.directory.idCount,
    })),
  }))
}

export async function rewriteIndex(
  place: TestPlace,
  run: Run,
  changed: (line: string) => string,
): Promise<void> {
  const index = await otherIndex(place, run, changed)
  await changeRun(place, each => ({ ...each, index }))
}

export async function rewriteSummary(
  place: TestPlace,
  run: Run,
  changed: (line: string) => string,
): Promise<void> {
  const summary = await otherSummary(place, run, changed)
  await changeRun(place, each => ({ ...each, summary }))
}

async function otherIndex(
  place: TestPlace,
  run: Run,
  changed: (line: string) => string = line => line,
  lines?: readonly string[],
): Promise<IndexRef> {
  const { key } = run.index
  const builder = new TermIndexBuilder({ isFinal: false })
  const summary = new SummaryBuilder()
  const terms = new FrameTerms()
  for (const [i, raw] of (await framesOf(place, run, lines)).entries())
    builder.addFrame(i, terms.read(Buffer.from(changed(raw)), summary.table))
  const owner = ownerOfIndex(key)
  const { shape, bytes } = builder.finish(owner, summary.table.paths)
  const object = joinSections([bytes], { terms: shape }, owner)
  await overwrite(place.store, key, object)
  return { key, sizeBytes: object.length, terms: shape }
}

async function otherSummary(
  place: TestPlace,
  run: Run,
  changed: (line: string) => string = line => line,
  lines?: readonly string[],
): Promise<SummaryRef> {
  const { key } = run.summary
  const summary = new SummaryBuilder()
  const terms = new FrameTerms()
  for (const raw of await framesOf(place, run, lines)) {
    terms.read(Buffer.from(changed(raw)), summary.table)
    summary.addFrame(terms.fields)
  }
  const { bytes, headBytes } = summary.finish(ownerOfIndex(key))
  await overwrite(place.store, key, bytes)
  return { key, sizeBytes: bytes.length, headBytes }
}

/** Raw frames of a run, or these lines as one. */
async function framesOf(
  place: TestPlace,
  run: Run,
  lines?: readonly string[],
): Promise<readonly string[]> {
  if (lines) return [lines.map(line => `${line}\n`).join('')]
  const frames: string[] = []
  for (const { key } of run.buckets) {
    const { bytes } = (await place.store.get(key))!
    const { frames: entries } = openBucket(bytes, ownerOfBucket(key))
    const all = await linesAt(place.store, key)
    for (const { eventCount } of entries)
      frames.push(
        all
          .splice(0, eventCount)
          .map(line => `${line}\n`)
          .join(''),
      )
  }
  return frames
}
