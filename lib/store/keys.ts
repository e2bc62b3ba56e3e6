import { createHash } from 'node:crypto'
import { decodeNumber, encodeBytes, encodeNumber } from '../core/base32.ts'
import { batchIdLength, idTimeMillis } from '../core/batch-id.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { mayHoldStream, type StreamFilter } from './stream-filter.ts'

/**
 * The names of all objects (docs/format.md, section 1). Keys are ASCII, fixed-width where sorted,
 * and no part is longer than 200 bytes. Nothing outside `lib/store` knows how they are spelled.
 */
export const catalogKey = 'catalog'
export const tailPrefix = 'tail/'
export const bucketPrefix = 'buckets/'
export const indexPrefix = 'index/'
export const manifestPrefix = 'manifests/'
export const segmentPrefix = 'absorbed/'
/** Where jobs put their outputs; garbage collection lists these. */
export const outputPrefixes = [
  bucketPrefix,
  indexPrefix,
  manifestPrefix,
  segmentPrefix,
  'chain/',
] as const
export const requestPrefix = 'requests/'
export const importPrefix = 'imports/'
/** Certificates of finished erasures. */
export const erasurePrefix = 'erasures/'
/** Beginnings of all keys that mean something. */
export const knownPrefixes: readonly string[] = [
  catalogKey,
  tailPrefix,
  ...outputPrefixes,
  requestPrefix,
  importPrefix,
  erasurePrefix,
]

/** What a tail key says of its batch; the content decides all of it (PROTOCOL O1, O5). */
export interface TailEntry {
  readonly key: string
  /** Batch id and content hash: two contents under one batch id are two batches. */
  readonly identity: string
  readonly idTimeMillis: number
  /** Times of the first and last event, both included. */
  readonly firstMicros: number
  readonly lastMicros: number
  readonly eventCount: number
  /** Length of what follows the frames: one suffix read of this size opens the bucket. */
  readonly footerBytes: number
  readonly streams: StreamFilter
}

const timeWidth = 11
const countWidth = 5
const hashLength = 26
const suffix = '.zst'
const digit = '[0-9A-HJKMNP-TV-Z]'
const digits = (count: number) => `(${digit}{${count}})`
const streamsPart = `(x(?:${digit}{7})*|b${digit}{60}|all)`
/** With 61 characters of streams. */
const tailKeyLengthMax = 160
const shape = new RegExp(
  `^tail/${digits(batchIdLength)}-${digits(timeWidth)}-${digits(timeWidth)}-${digits(countWidth)}-` +
    `${digits(countWidth)}-${streamsPart}-${digits(hashLength)}\\.zst$`,
)

export function tailKey(
  batchId: string,
  meta: Omit<TailEntry, 'key' | 'identity' | 'idTimeMillis'> & {
    readonly contentHash: string
  },
): string {
  const parts = [
    batchId,
    encodeNumber(meta.firstMicros, timeWidth),
    encodeNumber(meta.lastMicros, timeWidth),
    encodeNumber(meta.eventCount, countWidth),
    encodeNumber(meta.footerBytes, countWidth),
    meta.streams,
    meta.contentHash,
  ]
  return `${tailPrefix}${parts.join('-')}.zst`
}

/** Reads a tail key back. A name under `tail/` that is none throws `corrupt`. */
export function parseTailKey(key: string): TailEntry {
  const parts = key.length <= tailKeyLengthMax ? shape.exec(key) : undefined
  if (!parts) throw new ArchiveError('corrupt', `${key} is not the name of a batch`)
  const [, batchId = '', first = '', last = '', count = '', footer = '', streams = '', hash] = parts
  const firstMicros = decodeNumber(first)
  const lastMicros = decodeNumber(last)
  if (firstMicros === undefined || lastMicros === undefined || firstMicros > lastMicros) {
    throw new ArchiveError('corrupt', `${key} is not the name of a batch: its times are wrong`)
  }
  return {
    key,
    // Two contents under one batch id are two batches (PROTOCOL O5).
    identity: holds('identity-is-key') ? `${batchId}-${hash}` : batchId,
    idTimeMillis: idTimeMillis(batchId),
    firstMicros,
    lastMicros,
    eventCount: decodeNumber(count) ?? 0,
    footerBytes: decodeNumber(footer) ?? 0,
    streams: streams as StreamFilter,
  }
}

export function tailMayHold(entry: TailEntry, stream: string): boolean {
  return mayHoldStream(entry.streams, stream)
}

/** The time a batch identity carries. */
export function identityTimeMillis(identity: string): number {
  return idTimeMillis(identity)
}

/** The hash of its content that a batch identity carries. */
export function identityHash(identity: string): string {
  return identity.slice(-hashLength)
}

/** Hash of a batch's uncompressed content: 128 bits of SHA-256 as 26 characters. */
export function contentHash(content: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of content) hash.update(part)
  return encodeBytes(hash.digest().subarray(0, 16))
}

export function bucketKey(jobId: string, n: number): string {
  return `buckets/${jobId}/${String(n).padStart(6, '0')}.zst`
}

/** What the job did (docs/format.md, section 16). It sorts behind the buckets that it tells of. */
export function recordKey(jobId: string): string {
  return `buckets/${jobId}/_record`
}

export function isRecordKey(key: string): boolean {
  return key.endsWith('/_record')
}

export function indexKey(jobId: string, n: number): string {
  return `index/${jobId}/${String(n).padStart(6, '0')}`
}

export function manifestKey(jobId: string, n: number): string {
  return `${manifestPrefix}${jobId}/${String(n).padStart(6, '0')}`
}

/** The field summary of the run whose term index has this number. */
export function summaryKey(jobId: string, n: number): string {
  return `${indexKey(jobId, n)}-fields`
}

export function segmentKey(jobId: string, n: number): string {
  return `absorbed/${jobId}/${String(n).padStart(6, '0')}`
}

export function chainKey(jobId: string, n: number): string {
  return `chain/${jobId}/${String(n).padStart(6, '0')}`
}

/**
 * What the footer of the bucket at this key says it belongs to: the batch's id and content hash, or
 * the job and number of the output. An object that was stored or answered under another's name
 * shows.
 */
export function ownerOfBucket(key: string): string {
  if (!key.startsWith(tailPrefix)) return key.slice(key.indexOf('/') + 1, -suffix.length)
  const parts = key.slice(tailPrefix.length, -suffix.length).split('-')
  return `${parts[0]}-${parts.at(-1)}`
}

/** Of a part of the term index whose first part has this key: the numbers follow each other. */
export function indexPartKey(key: string, part: number): string {
  const [, jobId = '', n] = key.split('/')
  return indexKey(jobId, Number(n) + part)
}

/** The same of the term index, field summary or manifest at this key. */
export function ownerOfIndex(key: string): string {
  return key.slice(key.indexOf('/') + 1)
}

/** Characters of the owner of a batch. */
export const batchOwnerLength = batchIdLength + 1 + hashLength

/** The job that made this output. */
export function jobOfOutput(key: string): string {
  return key.split('/')[1] ?? ''
}

/** The job that merged this run's events: runs of one share none. */
export function groupOf(run: { readonly id: string; readonly group?: string }): string {
  return run.group ?? run.id.split('/')[0]!
}

/** The job that made this run. */
export function jobOfRun(runId: string): string {
  return runId.split('/')[0]!
}

/** Which of its job's runs it is. */
export function numberOfRun(runId: string): number {
  return Number(runId.split('/')[1])
}

/** The marker that fixes the batch id of an idempotency key which carries no time. */
export function requestMarkerKey(idempotencyKey: string): string {
  return requestPrefix + digest(idempotencyKey)
}

/** The marker that fixes the batch ids of an imported file. */
export function importMarkerKey(contentHash: string): string {
  return importPrefix + contentHash
}

/** The certificate of this erasure. */
export function certificateKey(erasureId: string): string {
  return erasurePrefix + digest(erasureId)
}

function digest(text: string): string {
  return encodeBytes(createHash('sha256').update(text).digest().subarray(0, 20))
}
