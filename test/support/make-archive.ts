import { makeRollup } from '../../lib/brigade/roll-up.ts'
import { BucketBuilder, encodeBucket } from '../../lib/bucket/builder.ts'
import { footerSizeBytes } from '../../lib/bucket/footer.ts'
import { compareLines, LineWalker, sameEvent } from '../../lib/bucket/line.ts'
import { encodeSegment } from '../../lib/catalog/absorbed.ts'
import {
  type BucketRef,
  type Catalog,
  emptyCatalog,
  type Rollup,
  type Run,
  type Segment,
  type SummaryRef,
} from '../../lib/catalog/catalog.ts'
import { encodeCatalog } from '../../lib/catalog/load.ts'
import { digestOfObjects, sha256 } from '../../lib/catalog/part-digest.ts'
import { encodeRecord, makeRecord } from '../../lib/catalog/record.ts'
import { batchIdAt } from '../../lib/core/batch-id.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { joinSections } from '../../lib/index/index-object.ts'
import { SummaryBuilder } from '../../lib/index/summary-builder.ts'
import { TermIndexBuilder } from '../../lib/index/term-index-builder.ts'
import { findCatalog } from '../../lib/operate/put-catalog.ts'
import {
  batchOwnerLength,
  bucketKey,
  catalogKey,
  contentHash,
  indexKey,
  ownerOfBucket,
  ownerOfIndex,
  parseTailKey,
  recordKey,
  segmentKey,
  summaryKey,
  type TailEntry,
  tailKey,
} from '../../lib/store/keys.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'
import { makeStreamFilter } from '../../lib/store/stream-filter.ts'
import { logLabel } from './log-label.ts'

/** An event as a test writes it down; `rest` is what follows `@id` in the line, without braces. */
export interface TestEvent {
  readonly time: number
  readonly stream: string
  readonly id?: string
  readonly rest?: string
}

export function lineOf({ time, stream, id, rest }: TestEvent): string {
  const members = [id === undefined ? '' : `"@id":${JSON.stringify(id)}`, rest ?? '']
  const head = `{"@time":${time},"@stream":"${stream}"`
  return `${[head, ...members.filter(Boolean)].join(',')}}`
}

/** Builds archives object by object, as writers and brigade would leave them. */
export class ArchiveMaker {
  readonly store: Store
  readonly #frameBytes: number
  #made = 0

  constructor(store: Store = memoryStore(), frameBytes = 200) {
    this.store = store
    this.#frameBytes = frameBytes
  }

  /** Puts one batch into the tail. */
  async batch(
    events: readonly TestEvent[],
    idTimeMillis = 1_000_000 + this.#made,
  ): Promise<TailEntry> {
    const { built, lines, directory } = this.#bucket(events)
    const chance = new Uint8Array(10)
    new DataView(chance.buffer).setUint32(0, this.#made++)
    const key = tailKey(batchIdAt(idTimeMillis, chance), {
      ...directory,
      contentHash: contentHash(lines.map(line => Buffer.from(`${line}\n`))),
    })
    await this.store.create(key, encodeBucket(built, ownerOfBucket(key)))
    return parseTailKey(key)
  }

  /** Uploads a run of one bucket for each of these parts of its sorted events. */
  async run(...buckets: readonly (readonly TestEvent[])[]): Promise<Run> {
    const id = `job${String(this.#made++).padStart(4, '0')}`
    const refs: BucketRef[] = []
    const digests: string[] = []
    const index = new TermIndexBuilder({ isFinal: this.#made % 2 === 0 })
    const summary = new SummaryBuilder(2)
    const terms = new FrameTerms()
    let frameCount = 0
    for (const [i, events] of buckets.entries()) {
      const { built, names, directory } = this.#bucket(events, raw => {
        index.addFrame(frameCount++, terms.read(raw, summary.table))
        summary.addFrame(terms.fields)
      })
      const key = bucketKey(id, i)
      const bytes = encodeBucket(built, ownerOfBucket(key))
      await this.store.create(key, bytes)
      digests.push(sha256(bytes))
      refs.push({
        key,
        sizeBytes: bytes.length,
        footerBytes: decodedFooterBytes(bytes, built.frames),
        rawBytes: directory.rawBytes,
        frameCount: built.frames.length,
        frameBytesMax: Math.max(...built.frames.map(frame => frame.length)),
        eventCount: directory.eventCount,
        idCount: directory.idCount,
        firstMicros: directory.firstMicros,
        lastMicros: directory.lastMicros,
        firstStream: names[0]!,
        lastStream: names.at(-1)!,
        streamCount: names.length,
      })
    }
    const startMicros = Math.min(...refs.map(ref => ref.firstMicros))
    const endMicros = Math.max(...refs.map(ref => ref.lastMicros)) + 1
    const key = indexKey(id, 0)
    const section = index.finish(ownerOfIndex(key), summary.table.paths)
    const bytes = joinSections([section.bytes], { terms: section.shape }, ownerOfIndex(key))
    await this.store.create(key, bytes)
    const ref = { key, sizeBytes: bytes.length, terms: section.shape }
    const content = { buckets: refs, digest: digestOfObjects(digests), index: ref, maskSeq: 0 }
    const shape = { ...logLabel, startMicros, endMicros, isFull: false, ...content }
    const run = { id: `${id}/0`, ...shape, summary: await this.#summary(id, summary) }
    const record = makeRecord({ id, inputs: [], catalog: emptyCatalog }, [run])
    await this.store.create(recordKey(id), encodeRecord(record))
    return run
  }

  async #summary(id: string, summary: SummaryBuilder): Promise<SummaryRef> {
    const key = summaryKey(id, 0)
    const { bytes, headBytes } = summary.finish(ownerOfIndex(key))
    await this.store.create(key, bytes)
    return { key, sizeBytes: bytes.length, headBytes }
  }

  /** Rolls these runs up, whose indexes are whole, in manifests of so many buckets. */
  async rollup(runs: readonly Run[], manifestBucketsMax = 2): Promise<Rollup> {
    const id = `job${String(this.#made++).padStart(4, '0')}`
    const settings = settingsWith({ manifestBucketsMax })
    const clock = { nowMicros: () => 0, sleep: async () => undefined }
    const place = { store: this.store, clock, random: seededRandom(1), settings }
    const job = { id, inputs: [], catalog: emptyCatalog, claimedMicros: 0 }
    const period = {
      startMicros: Math.min(...runs.map(run => run.startMicros)),
      endMicros: Math.max(...runs.map(run => run.endMicros)),
    }
    const { policy, domain } = logLabel
    const choice = { policy, domain, period, parts: runs, isFinal: this.#made % 2 === 0 }
    return (await makeRollup(place, job, choice, new Set()))!
  }

  async segment(identities: readonly string[]): Promise<Segment> {
    const sorted = [...identities].sort()
    const key = segmentKey(`job${String(this.#made++).padStart(4, '0')}`, 0)
    const bytes = encodeSegment(sorted)
    await this.store.create(key, bytes)
    return {
      key,
      sizeBytes: bytes.length,
      count: sorted.length,
      firstIdentity: sorted[0]!,
      lastIdentity: sorted.at(-1)!,
    }
  }

  /** Replaces the catalog by the present one with these changes. */
  async commit(changes: Partial<Catalog>): Promise<void> {
    const { catalog = emptyCatalog, etag } = await findCatalog(this.store)
    const next = { ...emptyCatalog, ...catalog, ...changes, generation: catalog.generation + 1 }
    const bytes = encodeCatalog(next)
    if (etag === undefined) await this.store.create(catalogKey, bytes)
    else await this.store.replace(catalogKey, bytes, etag)
  }

  #bucket(events: readonly TestEvent[], onRaw?: (raw: Buffer) => void) {
    const options = { frameBytes: this.#frameBytes, compressionLevel: 1 }
    const builder = new BucketBuilder(options, onRaw)
    const walkers = sortedLines(events)
    for (const line of walkers) {
      builder.add(line.bytes, line.start, line.end, line.timeMicros, line.stream, line.hasId)
    }
    const built = builder.finish()
    const names = built.directory.streams.map(entry => entry.stream)
    const footerBytes = footerSizeBytes(built.directory.frames.length, names, batchOwnerLength)
    return {
      built,
      lines: walkers.map(line => line.bytes.toString('utf8')),
      names,
      directory: { ...built.directory, footerBytes, streams: makeStreamFilter(names) },
    }
  }
}

function decodedFooterBytes(bytes: Buffer, frames: readonly Buffer[]): number {
  return bytes.length - frames.reduce((sum, frame) => sum + frame.length, 0)
}

/** The lines as a bucket holds them: in order, each event once. */
export function sortedLines(events: readonly TestEvent[]): LineWalker[] {
  const walkers = events.map(event => {
    const bytes = Buffer.from(lineOf(event))
    const walker = new LineWalker(bytes)
    walker.readAt(0, bytes.length)
    return walker
  })
  walkers.sort(compareLines)
  return walkers.filter((line, i) => i === 0 || !sameEvent(walkers[i - 1]!, line))
}

export function memoryStore(): MemoryStore {
  return new MemoryStore({ nowMicros: () => 0, sleep: async () => undefined })
}
