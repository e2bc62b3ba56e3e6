import type { Policy } from '../core/policy.ts'
import {
  amount,
  count,
  listOf,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  textLike,
  wholeNumber,
} from '../core/shape.ts'
import { timeMicrosMax } from '../core/time.ts'
import type { TermShape } from '../index/term-shape.ts'
import type {
  BucketRef,
  CancelledJob,
  Catalog,
  CatalogMark,
  Claim,
  Erasure,
  EventSelection,
  IndexRef,
  LegalHold,
  ManifestRef,
  Mask,
  Quarantined,
  ReplacedObjects,
  Rollup,
  RollupTarget,
  Run,
  Segment,
  SummaryRef,
} from './catalog.ts'
import type { Chain, ChainEntry, ChainPart, ChainSegment } from './chain-entry.ts'
import type { Horizon } from './horizons.ts'
import type { RolledRun } from './manifest.ts'

/**
 * What a catalog and a manifest must say of themselves before anybody goes by it: a checksum tells
 * that bytes are those that were written, not that they were written right. Members that are not
 * named here are not looked at.
 */

/** Frames of one index, and objects of one: positions and sets are made of these numbers. */
const framesMax = 2 ** 28
const partBitsMax = 16
const pageBitsMax = 32
const pageHeadBytes = 16
const pageBytesMax = 16 * 2 ** 20
const termBits = 52
const fieldsMax = 31

/** Of something that is fetched. */
const someBytes = wholeNumber(1)
const micros = wholeNumber(0, timeMicrosMax)
const id = textLike(/^[0-9A-Za-z]+\/\d+$/)
const keyUnder = (folder: string, end = '') =>
  textLike(new RegExp(`^${folder}/[0-9A-Za-z]+/\\d{6}${end}$`))

const terms = recordOf<TermShape>(
  {
    detail: oneOf('whole', 'counts', 'frames'),
    frameCount: wholeNumber(0, framesMax),
    rareCount: count,
    recurringCount: count,
    rareBits: wholeNumber(0, termBits),
    recurringBits: wholeNumber(0, termBits),
    pageBits: wholeNumber(0, pageBitsMax),
    partBits: wholeNumber(0, partBitsMax),
    pageBytes: wholeNumber(pageHeadBytes, pageBytesMax),
    fields: listOf(text, fieldsMax),
  },
  ({ rareBits, recurringBits, pageBits, partBits }) => {
    if (partBits <= pageBits && pageBits <= Math.min(rareBits, recurringBits)) return undefined
    return `: ${partBits} bits tell parts, ${pageBits} pages, ${rareBits} or ${recurringBits} terms`
  },
)

const index = recordOf<IndexRef>({ key: keyUnder('index'), sizeBytes: someBytes, terms })

const isPart = (name: string, bytes: number, allBytes: number) =>
  bytes <= allBytes ? undefined : `/${name} is ${bytes} of ${allBytes}`

const summary = recordOf<SummaryRef>(
  { key: keyUnder('index', '-fields'), sizeBytes: someBytes, headBytes: someBytes },
  ({ sizeBytes, headBytes }) => isPart('headBytes', headBytes, sizeBytes),
)

const isOrdered = ({ firstMicros, lastMicros }: Pick<BucketRef, 'firstMicros' | 'lastMicros'>) =>
  firstMicros <= lastMicros ? undefined : `/lastMicros is before firstMicros, ${firstMicros}`

/** Half-open. */
const isPeriod = ({ startMicros, endMicros }: Pick<Run, 'startMicros' | 'endMicros'>) =>
  startMicros < endMicros ? undefined : `/endMicros is not after startMicros, ${startMicros}`

const bucket = recordOf<BucketRef>(
  {
    key: keyUnder('buckets', '\\.zst'),
    sizeBytes: count,
    footerBytes: someBytes,
    rawBytes: count,
    frameCount: wholeNumber(0, framesMax),
    frameBytesMax: count,
    eventCount: count,
    idCount: count,
    firstMicros: micros,
    lastMicros: micros,
    firstStream: text,
    lastStream: text,
    streamCount: count,
  },
  bucket => isOrdered(bucket) ?? isPart('footerBytes', bucket.footerBytes, bucket.sizeBytes),
)

const rolledRunMembers = {
  id,
  startMicros: micros,
  endMicros: amount,
  buckets: listOf(bucket),
  digest: text,
  summary,
  maskSeq: count,
}

const run = recordOf<Run>(
  { ...rolledRunMembers, policy: text, domain: text, cut: text, isFull: oneOf(true, false), index },
  whole => isPeriod(whole) ?? isIndexed(whole.index, whole.buckets),
)

const manifest = recordOf<ManifestRef>(
  {
    key: keyUnder('manifests'),
    skippedFrames: optional(wholeNumber(1, framesMax)),
    sizeBytes: someBytes,
    frameCount: wholeNumber(0, framesMax),
    eventCount: count,
    idCount: count,
    isDistinct: oneOf(true, false),
    firstMicros: micros,
    lastMicros: micros,
    firstStream: text,
    lastStream: text,
  },
  isOrdered,
)

const rollup = recordOf<Rollup>(
  {
    id,
    policy: text,
    domain: text,
    startMicros: micros,
    endMicros: amount,
    runCount: count,
    bucketCount: count,
    sizeBytes: count,
    rawBytes: count,
    manifests: listOf(manifest),
    digest: text,
    index,
    maskSeq: count,
  },
  whole => isPeriod(whole) ?? isIndexedWithin(whole.index, whole.manifests),
)

/** Frames are found by their number in all the buckets together. */
function isIndexed({ terms }: IndexRef, buckets: readonly BucketRef[]): string | undefined {
  const frameCount = buckets.reduce((sum, each) => sum + each.frameCount, 0)
  if (frameCount === terms.frameCount) return undefined
  return `/index/terms/frameCount is ${terms.frameCount}, expected ${frameCount}`
}

/** An index may tell of frames that no manifest has any more. */
function isIndexedWithin(
  { terms }: IndexRef,
  manifests: readonly ManifestRef[],
): string | undefined {
  const end = manifests.reduce((sum, each) => sum + (each.skippedFrames ?? 0) + each.frameCount, 0)
  if (end <= terms.frameCount) return undefined
  return `/index/terms/frameCount is ${terms.frameCount}, expected ${end} or more`
}

const policy = recordOf<Policy>({
  pattern: text,
  bucketSizeBytes: wholeNumber(1),
  frameSizeBytes: wholeNumber(1),
  periodMicros: wholeNumber(1),
  retentionMicros: optional(wholeNumber(1)),
  parity: optional(oneOf(true)),
})

const segment = recordOf<Segment>({
  key: keyUnder('absorbed'),
  sizeBytes: someBytes,
  count,
  firstIdentity: text,
  lastIdentity: text,
})

const claim = recordOf<Claim>({
  jobId: text,
  kind: text,
  inputs: listOf(text),
  claimedMicros: amount,
  rollup: optional(
    recordOf<RollupTarget>({ startMicros: amount, endMicros: amount, isFinal: oneOf(true, false) }),
  ),
})

const cancelledJob = recordOf<CancelledJob>({ jobId: text, cancelledMicros: amount })

const chainPart = recordOf<ChainPart>({ id: text, digest: text, events: count, ids: count })

export const chainEntryShape = recordOf<ChainEntry>({
  number: count,
  previous: text,
  generation: count,
  micros: amount,
  kind: text,
  removed: listOf(text),
  added: listOf(chainPart),
  set: recordOf({}),
})

const chainSegment = recordOf<ChainSegment>({
  key: keyUnder('chain'),
  sizeBytes: someBytes,
  rawBytes: count,
  firstNumber: count,
  count,
})

const chain = recordOf<Chain>({
  length: count,
  head: text,
  entries: listOf(chainEntryShape),
  segments: listOf(chainSegment),
})

const selection = recordOf<EventSelection>({
  stream: optional(text),
  startMicros: optional(amount),
  endMicros: optional(amount),
  query: optional(text),
})
const begun = {
  erasureId: text,
  selection,
  createdMicros: amount,
  before: recordOf<CatalogMark>({ generation: count, commitId: text, sha256: text }),
  replaced: recordOf<ReplacedObjects>({ count, keys: listOf(text) }),
}
const pending: Shape = value => (value === null ? undefined : listOf(text)(value))
const mask = recordOf<Mask>({ ...begun, seq: count, pending })
const erasure = recordOf<Erasure>({ ...begun, rewrittenMicros: amount, jobs: listOf(text) })
const hold = recordOf<LegalHold>({ id: text, selection, reason: text, createdMicros: amount })

const horizon = recordOf<Horizon>({ pattern: text, except: listOf(text), beforeMicros: micros })
const quarantined = recordOf<Quarantined>(
  {
    key: textLike(/^tail\/[0-9A-Za-z-]+\.zst$/),
    identity: text,
    sizeBytes: count,
    eventCount: count,
    firstMicros: micros,
    lastMicros: micros,
    sinceMicros: amount,
    isReadable: oneOf(true, false),
    reason: text,
  },
  isOrdered,
)

export const catalogShape: Shape = recordOf<Omit<Catalog, 'version'>>({
  archive: text,
  generation: count,
  commitId: text,
  policies: listOf(policy),
  runs: listOf(run),
  rollups: listOf(rollup),
  recent: listOf(text),
  absorbed: listOf(segment),
  floorMillis: amount,
  restoredMicros: optional(amount),
  claims: listOf(claim),
  cancelled: listOf(cancelledJob),
  chain,
  maskSeq: count,
  masks: listOf(mask),
  erasures: listOf(erasure),
  holds: listOf(hold),
  horizons: listOf(horizon),
  quarantined: listOf(quarantined),
})

export const manifestRunsShape: Shape = listOf(recordOf<RolledRun>(rolledRunMembers, isPeriod))
