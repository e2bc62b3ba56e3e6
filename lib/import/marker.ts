import { createHash } from 'node:crypto'
import { unwrapMarker, wrapMarker } from '../catalog/marker.ts'
import { encodeBytes } from '../core/base32.ts'
import { batchIdAt } from '../core/batch-id.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import type { BatchCut } from './batch.ts'
import type { ImportOptions } from './read-batches.ts'
import { streamForFile } from './stream-for-file.ts'

/** Raised when a change of the importers may cut or parse a file differently. */
const importVersion = 2

export interface ImportTotals {
  /** Events the archive took. */
  readonly events: number
  /** Pieces that became no event. */
  readonly rejected: number
  /** Events kept raw, with `@error`. */
  readonly errors: number
}

/**
 * What the archive remembers of the import of one content (docs/decisions/0020-imports.md).
 * Batches are numbered from 0 and marked in groups: those before `batchesDone` are stored; those
 * of the group that begins there are sent under ids that carry `groupMicros`.
 */
export interface ImportMarker {
  readonly version: number
  readonly file: string
  /** When the import first began. */
  readonly startedMicros: number
  readonly cut: BatchCut
  readonly groupBatches: number
  readonly batchesDone: number
  readonly groupMicros: number
  /** Batches of the group that were found stored under ids of an earlier time. */
  readonly storedInGroup: readonly number[]
  /** Of the batches before `batchesDone`. */
  readonly totals: ImportTotals
  readonly complete: boolean
  /** What could not be read, once complete. */
  readonly faults: readonly string[]
}

/** The marker's name: the file's content and every option that changes what is stored. */
export function importHash(contentHash: string, name: string, options: ImportOptions): string {
  const stream = options.stream ?? { derived: streamForFile([name]) }
  const identity = [contentHash, stream, options.format ?? 'auto', options.year ?? 'latest']
  return digest(JSON.stringify(identity), 20)
}

export function newMarker(file: string, nowMicros: number, settings: Settings): ImportMarker {
  return {
    version: importVersion,
    file,
    startedMicros: nowMicros,
    cut: {
      batchBytes: settings.importBatchBytes,
      batchEvents: settings.importBatchEvents,
      eventBytesMax: settings.eventBytesMax,
    },
    groupBatches: settings.importGroupBatches,
    batchesDone: 0,
    groupMicros: nowMicros,
    storedInGroup: [],
    totals: { events: 0, rejected: 0, errors: 0 },
    complete: false,
    faults: [],
  }
}

/** The batch id of a batch: the same whenever it is sent again within its group. */
export function batchIdOf(marker: ImportMarker, hash: string, number: number): string {
  const chance = createHash('sha256').update(`${hash} ${marker.startedMicros} ${number}`).digest()
  return batchIdAt(Math.floor(marker.groupMicros / 1000), chance.subarray(0, 10))
}

function digest(text: string, sizeBytes: number): string {
  return encodeBytes(createHash('sha256').update(text).digest().subarray(0, sizeBytes))
}

export function encodeMarker(marker: ImportMarker, key: string): Buffer {
  return wrapMarker(key, marker)
}

/**
 * Throws `corrupt` for bytes that are no marker, `conflict` for one of another version in
 * progress.
 */
export function decodeMarker(bytes: Buffer, key: string): ImportMarker {
  const marker = unwrapMarker(bytes, key) as unknown as ImportMarker
  if (!Number.isSafeInteger(marker.version) || !Number.isSafeInteger(marker.batchesDone)) {
    throw new ArchiveError('corrupt', `${key} is no import marker`)
  }
  if (marker.version !== importVersion && !marker.complete) {
    throw new ArchiveError(
      'conflict',
      `the import of ${marker.file} was begun by another version of Varve, which cuts files ` +
        'differently: finish it with that version',
    )
  }
  return marker
}
