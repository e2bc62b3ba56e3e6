import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { BatchBuilder, type BatchCut, type BatchOrigin, type ImportBatch } from './batch.ts'
import { detectFormat } from './detect.ts'
import type { Format } from './format.ts'
import { formatNamed } from './formats.ts'
import { streamForFile } from './stream-for-file.ts'
import { TimeStamper } from './time-stamper.ts'
import { type DamageFound, salvage } from './unpack/damage.ts'
import { type PlainFile, unpack } from './unpack/unpack.ts'

/** What the user may say about a file. */
export interface ImportOptions {
  /** Stream of all events. Absent: `streamForFile`. */
  readonly stream?: string
  /** A name of `formats`. Absent: told from the content, for each member of an archive alone. */
  readonly format?: string
  /** Year of the first line of a BSD syslog. Absent: the latest that is not in the future. */
  readonly year?: number
}

/** One plain file that was imported. */
export interface ImportedFile {
  readonly file: string
  readonly format: string
  readonly stream: string
  /** Pieces of the file that became events. */
  readonly events: number
}

/** What reading a file to its end showed, besides its batches. */
export interface ReadFindings {
  readonly files: ImportedFile[]
  filesCount: number
  /** Years put to times that have none, for want of `year`. */
  readonly yearsFound: Set<number>
  /** What could not be read, and where: damage, refused members. Everything else was read. */
  readonly faults: string[]
}

export interface ReadPlan {
  readonly options: ImportOptions
  readonly cut: BatchCut
  readonly importMicros: number
  readonly settings: Settings
}

/** The batches of a file, in order, always the same ones for the same bytes and plan. */
export async function* readBatches(
  name: string,
  chunks: AsyncIterable<Buffer>,
  plan: ReadPlan,
  read: ReadFindings,
): AsyncGenerator<ImportBatch> {
  const found: DamageFound = {}
  for await (const file of unpack([name], chunks, plan.settings, found)) {
    const format = formatOf(file, plan, read)
    if (!format) continue
    const stream = plan.options.stream ?? streamForFile(file.path)
    const origin = { file: file.path.join(': '), stream, format }
    let events = 0
    for await (const batch of fileBatches(file, origin, plan, found, read)) {
      events += batch.sourceLines.length
      yield batch
    }
    read.filesCount++
    if (read.files.length < plan.settings.importFilesListedMax) {
      read.files.push({ file: origin.file, format: format.name, stream, events })
    }
  }
  if (found.error) read.faults.push(found.error.message)
}

/**
 * A member that cannot be read is a fault of the archive; of a file by itself the error is
 * thrown.
 */
function formatOf(file: PlainFile, plan: ReadPlan, read: ReadFindings): Format | undefined {
  try {
    if (file.refused) throw file.refused
    if (plan.options.format !== undefined) return formatNamed(plan.options.format)
    return detectFormat(file.sample, plan.settings.importSampleBytes, file.path.join(': '))
  } catch (error) {
    if (file.path.length === 1 || !(error instanceof ArchiveError)) throw error
    read.faults.push(error.message)
    return undefined
  }
}

async function* fileBatches(
  file: PlainFile,
  origin: BatchOrigin,
  plan: ReadPlan,
  found: DamageFound,
  read: ReadFindings,
): AsyncGenerator<ImportBatch> {
  const { cut, importMicros, options, settings } = plan
  const builder = new BatchBuilder(origin, cut, settings.errorDetailsMax)
  const stamper = new TimeStamper(importMicros, cut.batchBytes)
  const content = { ...file, damaged: () => found.error !== undefined }
  const context = {
    importMicros,
    eventBytesMax: cut.eventBytesMax,
    onYearFound: (year: number) => read.yearsFound.add(year),
    ...(options.year !== undefined && { year: options.year }),
  }
  // Damage in the text itself, an array that does not close, ends this file and no other.
  const inText: DamageFound = {}
  for await (const pieces of salvage(origin.format.events(content, context), inText)) {
    for (const piece of pieces) {
      for (const stamped of stamper.push(piece)) {
        const batch = builder.add(stamped)
        if (batch) yield batch
      }
    }
  }
  for (const stamped of stamper.end()) {
    const batch = builder.add(stamped)
    if (batch) yield batch
  }
  const last = builder.finish()
  if (last) yield last
  if (inText.error) read.faults.push(`${origin.file}: ${inText.error.message}`)
}
