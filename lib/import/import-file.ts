import type { Archive } from '../archive.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { asStreamName } from '../core/stream-name.ts'
import type { Store } from '../store/store.ts'
import type { ImportFinding } from './batch.ts'
import { formatNamed } from './formats.ts'
import { ImportRun } from './import-run.ts'
import { type ImportTotals, importHash, newMarker } from './marker.ts'
import { MarkerStore } from './marker-store.ts'
import { type ImportedFile, type ImportOptions, readBatches } from './read-batches.ts'

/** A file to import: bytes that can be read several times and stay the same. */
export interface ImportSource {
  /** Name without folders; `-` for standard input. */
  readonly name: string
  readonly sizeBytes: number
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly contentHash: string
  chunks(): AsyncIterable<Buffer>
}

export interface ImportProgress {
  /** Of the file as it lies. */
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Events the archive acknowledged. */
  readonly events: number
  readonly eventsPerSecond: number
}

export interface ImportJob {
  readonly archive: Pick<Archive, 'append'>
  /** The archive's store: the marker lies there. */
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  readonly source: ImportSource
  readonly options: ImportOptions
  /** Store a file again that was imported, or the batches of which nothing can be proved. */
  readonly again?: boolean
  readonly progress?: (progress: ImportProgress) => void
  readonly signal?: AbortSignal
}

export interface ImportReport {
  readonly file: string
  /** The same content was imported before with the same options; nothing was done. */
  readonly alreadyImported: boolean
  /**
   * Events this run had acknowledged. After a crash up to a group of batches is acknowledged
   * again.
   */
  readonly events: number
  /** Of the whole file, by this run and those before it. */
  readonly totals: ImportTotals
  /** Batches this run sent, and those it passed over because a run before it had stored them. */
  readonly batches: number
  readonly skippedBatches: number
  readonly files: readonly ImportedFile[]
  /** Plain files in all; `files` holds the first `importFilesListedMax`. */
  readonly filesCount: number
  /** Years put to times that have none, for want of `year`. */
  readonly yearsFound: readonly number[]
  /** The first `errorDetailsMax` pieces that were rejected or kept raw. */
  readonly findings: readonly ImportFinding[]
  /** What could not be read, with file and offset. Not empty: the command ends with an error. */
  readonly faults: readonly string[]
  readonly sizeBytes: number
  readonly millis: number
}

/**
 * Imports a file once: a second import of the same content with the same options stores nothing,
 * and one that was interrupted goes on where it stopped. Throws `invalid` for options and files
 * that cannot be, and what the archive throws; damage within the file is in the report.
 */
export async function importFile(job: ImportJob): Promise<ImportReport> {
  const { source, options, clock, settings } = job
  const startMicros = clock.nowMicros()
  checkOptions(options)
  await refuseUnreadable(job)
  const hash = importHash(source.contentHash, source.name, options)
  const markers = new MarkerStore(hash, job.store, clock, settings)
  const fresh = newMarker(source.name, startMicros, settings)
  let held = await markers.loadOrCreate(fresh)
  if (held.marker.complete && job.again) {
    held = await markers.change(held, ({ complete }) => (complete ? fresh : undefined))
  }
  const millis = () => Math.round((clock.nowMicros() - startMicros) / 1000)
  const { complete, totals, faults } = held.marker
  if (complete) return { ...nothingDone, totals, faults, ...describe(source), millis: millis() }
  const run = new ImportRun(job, hash, markers, held)
  return { ...(await run.run()), ...describe(source), millis: millis() }
}

const nothingDone = {
  alreadyImported: true,
  events: 0,
  batches: 0,
  skippedBatches: 0,
  files: [],
  filesCount: 0,
  yearsFound: [],
  findings: [],
}

function describe({ name, sizeBytes }: ImportSource) {
  return { file: name, sizeBytes }
}

function checkOptions({ stream, format, year }: ImportOptions): void {
  if (stream !== undefined) asStreamName(stream)
  if (format !== undefined) formatNamed(format)
  if (year !== undefined && !(Number.isInteger(year) && year >= 1970 && year <= 2254)) {
    throw new ArchiveError('invalid', `year is ${year}, expected 1970 to 2254`)
  }
}

/** Reads the beginning: a file that cannot be imported leaves no marker. */
async function refuseUnreadable({ source, options, settings, clock }: ImportJob): Promise<void> {
  const { cut } = newMarker(source.name, 0, settings)
  const plan = { options, settings, cut, importMicros: clock.nowMicros() }
  const read = { files: [], filesCount: 0, yearsFound: new Set<number>(), faults: [] }
  const batches = readBatches(source.name, source.chunks(), plan, read)
  await batches.next()
  await batches.return(undefined)
}
