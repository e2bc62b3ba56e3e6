import type { IndexRef, ManifestRef, Rollup, SummaryRef } from '../catalog/catalog.ts'
import { domainsOf } from '../catalog/domains.ts'
import { placedManifests, type RolledRun } from '../catalog/manifest.ts'
import type { TailObject } from '../catalog/tail.ts'
import type { Domain } from '../core/domain.ts'
import { mayMatchBetween } from '../core/glob.ts'
import { type Hiding, hidingsOf } from '../mask/hiding.ts'
import { hidesAll, masksAbove, type Veil, veilOf } from '../mask/veil.ts'
import { groupOf, parseTailKey, type TailEntry, tailMayHold } from '../store/keys.ts'
import type { Scope } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/** An object that may hold events of the answer. */
export interface Source {
  readonly key: string
  readonly sizeBytes: number
  readonly footerBytes: number
  /** Size of its largest frame, or more. */
  readonly frameBytesMax: number
  readonly eventCount: number
  /** Events with an `@id`; unknown of a fresh bucket that was not opened. */
  readonly idCount: number | undefined
  /** Times of the earliest and latest event, both included. */
  readonly firstMicros: number
  readonly lastMicros: number
  /** Lines of one group are no duplicates of each other: a batch, or all runs of one job. */
  readonly group: string
  /** First and last stream of a sealed bucket. */
  readonly streams: readonly [first: string, last: string] | undefined
  readonly streamCount: number | undefined
  /** Where its term index lies, and how many of the frames that it indexes precede the object's. */
  readonly index: FramesOf<IndexRef> | undefined
  /** The same of its run's field summary. */
  readonly summary?: FramesOf<SummaryRef>
  /** Entry of a fresh bucket, whose key tells of its streams. */
  readonly entry: TailEntry | undefined
  /** Set: this is no bucket but a manifest, which lists the buckets of rolled-up runs. */
  readonly manifest?: ManifestRef
  /** What the catalog hides of it; absent: nothing. */
  readonly veil?: Veil | undefined
  /** Of a manifest: what is known of all runs that it lists. */
  readonly listing?: Listing
  /** One that all its streams belong to. */
  readonly domain?: Domain | undefined
}

/** What the catalog says of the runs of a manifest, or of one run. */
interface Listing {
  readonly domain: Domain | undefined
  /** What may be hidden of them. */
  readonly hidings: readonly Hiding[]
}

/** Which part of an index or summary tells of an object. */
interface FramesOf<Ref> {
  readonly ref: Ref
  readonly framesBefore: number
  readonly frameCount: number
}

/** The objects that time and stream leave over, in no order. Pure. */
export function planRead(snapshot: Snapshot, scope: Scope): Source[] {
  const { catalog } = snapshot
  const hidings = hidingsOf(catalog)
  const domains = hidings.length > 0 ? domainsOf(catalog) : new Map<string, Domain>()
  const listingOf = ({ domain }: { readonly domain: string }) => {
    return { domain: domains.get(domain), hidings }
  }
  const fresh = snapshot.tail.map(object => sourceOfBatch(object, hidings))
  const sealed = catalog.runs.flatMap(run => sourcesOfRun(run, run.index, 0, listingOf(run)))
  const rolledUp = catalog.rollups.flatMap(rollup => sourcesOfRollup(rollup, listingOf(rollup)))
  return [...fresh, ...sealed, ...rolledUp].filter(source => isWanted(source, scope))
}

/**
 * Batches that time and stream leave over and that cannot be opened: those put aside, and those
 * that may have been folded already. Pure.
 */
export function planUnopened(
  { catalog, tail, doubtful }: Snapshot,
  scope: Scope,
): { readonly source: Source; readonly reason: string }[] {
  if (catalog.quarantined.length + doubtful.length === 0) return []
  const hidings = hidingsOf(catalog)
  const opened = new Set(tail.map(batch => batch.key))
  const aside = catalog.quarantined
    .filter(({ key }) => !opened.has(key))
    .map(({ key, sizeBytes, reason }) => ({ batch: { ...parseTailKey(key), sizeBytes }, reason }))
  return [...aside, ...doubtful]
    .map(({ batch, reason }) => ({ source: sourceOfBatch(batch, hidings), reason }))
    .filter(({ source }) => isWanted(source, scope))
}

function sourceOfBatch(object: TailObject, hidings: readonly Hiding[]): Source {
  return {
    key: object.key,
    sizeBytes: object.sizeBytes,
    footerBytes: object.footerBytes,
    frameBytesMax: object.sizeBytes,
    eventCount: object.eventCount,
    idCount: undefined,
    firstMicros: object.firstMicros,
    lastMicros: object.lastMicros,
    group: object.key,
    streams: undefined,
    streamCount: undefined,
    index: undefined,
    entry: object,
    veil: veilOf(hidings, { ...object, streams: undefined, mayHold: s => tailMayHold(object, s) }),
  }
}

/** The buckets a manifest lists that time and stream leave over. Pure. */
export function planManifest(manifest: Source, runs: readonly RolledRun[], scope: Scope): Source[] {
  const index = manifest.index!
  let { framesBefore } = index
  const sources: Source[] = []
  for (const run of runs) {
    sources.push(...sourcesOfRun(run, index.ref, framesBefore, manifest.listing!))
    framesBefore += run.buckets.reduce((sum, bucket) => sum + bucket.frameCount, 0)
  }
  return sources.filter(source => isWanted(source, scope))
}

/** Of the index so many frames precede the run's. */
function sourcesOfRun(
  run: RolledRun,
  ref: IndexRef,
  framesBeforeRun: number,
  { domain, hidings }: Listing,
): Source[] {
  const group = groupOf(run)
  const above = masksAbove(hidings, run.maskSeq)
  let framesBefore = 0
  return run.buckets.map(({ firstStream, lastStream, frameCount, ...bucket }) => {
    const index = { ref, framesBefore: framesBeforeRun + framesBefore, frameCount }
    const summary = { ref: run.summary, framesBefore, frameCount }
    framesBefore += frameCount
    const streams = [firstStream, lastStream] as const
    const veil = veilOf(above, { ...bucket, streams, domain })
    return { ...bucket, group, streams, domain, index, summary, entry: undefined, veil }
  })
}

function sourcesOfRollup(rollup: Rollup, { domain, hidings }: Listing): Source[] {
  const listing = { domain, hidings: masksAbove(hidings, rollup.maskSeq) }
  return Array.from(placedManifests(rollup), ({ ref: manifest, framesBefore }) => {
    const { key, sizeBytes, eventCount, idCount, firstMicros, lastMicros, frameCount } = manifest
    const index = { ref: rollup.index, framesBefore, frameCount }
    const span = { firstMicros, lastMicros }
    const streams = [manifest.firstStream, manifest.lastStream] as const
    const sizes = { sizeBytes, footerBytes: sizeBytes, frameBytesMax: sizeBytes }
    const object = { key, ...sizes, eventCount, idCount, ...span, group: key, streams }
    const veil = veilOf(listing.hidings, { ...span, streams, domain })
    const hidden = { domain, listing, veil }
    return { ...object, ...hidden, streamCount: undefined, index, entry: undefined, manifest }
  })
}

function isWanted(source: Source, scope: Scope): boolean {
  return (
    source.firstMicros < scope.endMicros &&
    source.lastMicros >= scope.startMicros &&
    mayHoldWanted(source, scope) &&
    !(source.veil && hidesAll(source.veil, source))
  )
}

function mayHoldWanted(source: Source, scope: Scope): boolean {
  if (scope.stream !== undefined) return mayHold(source, scope.stream)
  if (scope.glob === undefined || !source.streams) return true
  return mayMatchBetween(scope.glob, ...source.streams)
}

/** Whether the object may hold events of this stream; wrong only by saying yes. */
export function mayHold(source: Source, stream: string): boolean {
  if (source.entry) return tailMayHold(source.entry, stream)
  const [first, last] = source.streams ?? ['', '\uffff']
  return first <= stream && stream <= last
}
